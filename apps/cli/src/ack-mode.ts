import type { Ack, Fault, Message } from '@taxinav/codec';

/** How a listening command answers: `ok`, nothing, or an error of its own. */
export type AckMode = { readonly kind: 'ok' } | { readonly kind: 'none' } | { readonly kind: 'error'; readonly text: string };

/** Reads `ok`, `none` or `error:TEXT`; undefined for anything else. */
export function parseAckMode(text: string): AckMode | undefined {
  if (text === 'ok' || text === 'none') return { kind: text };
  const error = /^error:(.+)$/s.exec(text)?.[1]?.trim() ?? '';
  return error === '' ? undefined : { kind: 'error', text: error };
}

/** The answer to what was received; an ACK is never answered, and a fault never with OK. */
export function answerTo(received: Message | Fault, mode: AckMode): Ack | undefined {
  if (mode.kind === 'none' || ('message' in received && received.message === 'ACK')) return undefined;
  if (mode.kind === 'error') return { message: 'ACK', error: mode.text };
  return { message: 'ACK', error: 'fault' in received ? received.fault : 'OK' };
}
