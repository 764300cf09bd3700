import type { Ack } from '@taxinav/codec';

/**
 * What a peer's reaction proves about a message that was sent.
 *
 * - `acknowledged`: it answered `ACK` with `Error: OK`.
 * - `taken`: it closed its side in good order after our data and our FIN, without an answer.
 * - `unconfirmed`: silence, but the system shows that the peer's kernel took every byte and our FIN (Linux: FIN_WAIT2).
 * - `refused`: it answered `ACK` with another `Error`.
 * - `inDoubt`: bytes may have left, and nothing above was seen (reset, silence, abort).
 * - `notSent`: no connection was made; not one byte left.
 *
 * Source: [reading 34].
 */
export const DELIVERY_EVIDENCE = ['acknowledged', 'taken', 'unconfirmed', 'refused', 'inDoubt', 'notSent'] as const;

/** A value of {@link DELIVERY_EVIDENCE}. */
export type DeliveryEvidence = (typeof DELIVERY_EVIDENCE)[number];

/** What became of one `send`. */
export interface Delivery {
  readonly evidence: DeliveryEvidence;
  /** The answer, when there was one. */
  readonly ack?: Ack;
  /** One English sentence on what was seen; for logs. */
  readonly reason: string;
  /** The system's error code (`ECONNREFUSED`, …) or an `AbortSignal`'s reason, where there was one. */
  readonly cause?: unknown;
  /** From the start of the connect to the evidence, milliseconds. */
  readonly elapsedMs: number;
}
