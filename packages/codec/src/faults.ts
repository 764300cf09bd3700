import type { Guid } from './guid.ts';
import type { MessageName } from './message.ts';

/** The codes of what a peer can get wrong. `fatal` ones end what the decoder can read. */
export const FAULT_CODES = [
  'missing-message',
  'missing-field',
  'invalid-field',
  'malformed-line',
  'control-character',
  'text-too-long',
  'incomplete-message',
  'line-too-long',
  'message-too-long',
  'too-many-fields',
] as const;

/** A code of {@link FAULT_CODES}. */
export type FaultCode = (typeof FAULT_CODES)[number];

/** A block that could not be read, kept as a value. It never has `message`. */
export interface Fault {
  readonly fault: FaultCode;
  /** What failed and what was expected, one English sentence with no personal data of the peer's value. */
  readonly reason: string;
  /** Which message it would have been, where its `Message` could be read. */
  readonly concerns?: Exclude<MessageName, 'Unknown'>;
  /** The GUID it concerned, where one could be read. */
  readonly guid?: Guid;
  /** The wire name of the field at fault, where there is one. */
  readonly field?: string;
  /** The first 1,024 bytes of the block, a copy. */
  readonly bytes: Uint8Array;
  /** True when an exceeded cap has ended the stream: nothing after it is read. */
  readonly fatal: boolean;
}
