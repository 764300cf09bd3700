import type { Ack } from '@taxinav/codec';

/** The request was accepted. Source: [TN-22]. */
export const OK: Ack = { message: 'ACK', error: 'OK' };

/** The request was refused; `reason` is short ASCII. Source: [reading 26, reading 28]. */
export function refusal(reason: string): Ack {
  return { message: 'ACK', error: reason };
}
