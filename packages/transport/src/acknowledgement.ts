import { encodeMessage, type Ack, type Fault, type Message, type TextEncoding } from '@taxinav/codec';
import type { AckStyleChooser } from './options.ts';

/** The document's spelling: `Message:ACK` for a `Conference`, `Message: ACK` for everything else. Source: [TN-8], [TN-22], [reading 24]. */
const documentedAckStyle: AckStyleChooser = (received) => {
  const concerns = 'message' in received ? received.message : received.concerns;
  return concerns === 'Conference' ? 'compact' : 'spaced';
};

/** Writes down answers; the bytes of `OK`, nearly every answer, are made once for each style and must not be changed. */
export function ackEncoder(
  encoding: TextEncoding,
  style: AckStyleChooser = documentedAckStyle,
): (ack: Ack, received: Message | Fault) => Uint8Array {
  const ok: { spaced?: Uint8Array; compact?: Uint8Array } = {};
  return (ack, received) => {
    const ackStyle = style(received);
    if (ack.error !== 'OK' || ack.extra !== undefined) return encodeMessage(ack, { encoding, ackStyle });
    return (ok[ackStyle] ??= encodeMessage(ack, { encoding, ackStyle }));
  };
}
