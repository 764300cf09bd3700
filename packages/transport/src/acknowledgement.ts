import { encodeMessage, type Ack, type Fault, type Message, type TextEncoding } from '@taxinav/codec';
import type { AckStyleChooser } from './options.ts';

/** The document's spelling: `Message:ACK` for a `Conference`, `Message: ACK` for everything else. Source: [TN-8], [TN-22], [reading 24]. */
const documentedAckStyle: AckStyleChooser = (received) => {
  const concerns = 'message' in received ? received.message : received.concerns;
  return concerns === 'Conference' ? 'compact' : 'spaced';
};

/** Writes down answers. What it returns must not be changed: the bytes of `OK`, nearly every answer, are made once for each style. */
export class AckWriter {
  readonly #encoding: TextEncoding;
  readonly #style: AckStyleChooser;
  readonly #ok: { spaced?: Uint8Array; compact?: Uint8Array } = {};
  /** The answer that was repeated last, and it many times over. */
  #repeated: Uint8Array | undefined;
  #repetition = Buffer.alloc(0);

  constructor(encoding: TextEncoding, style: AckStyleChooser = documentedAckStyle) {
    this.#encoding = encoding;
    this.#style = style;
  }

  /** The bytes of one answer; may throw the codec's error. */
  encode(ack: Ack, received: Message | Fault): Uint8Array {
    const ackStyle = this.#style(received);
    const encoding = this.#encoding;
    if (ack.error !== 'OK' || ack.extra !== undefined) return encodeMessage(ack, { encoding, ackStyle });
    return (this.#ok[ackStyle] ??= encodeMessage(ack, { encoding, ackStyle }));
  }

  /** Answers one after another, in one piece. */
  joined(answers: readonly Uint8Array[], bytes: number): Uint8Array {
    const [first] = answers;
    if (first === undefined || answers.length === 1) return first ?? this.#repetition.subarray(0, 0);
    return answers.every((answer) => answer === first) ? this.#repeat(first, answers.length) : Buffer.concat(answers, bytes);
  }

  #repeat(answer: Uint8Array, times: number): Uint8Array {
    const bytes = answer.length * times;
    if (this.#repeated !== answer || this.#repetition.length < bytes) {
      // Twice as much as is needed, so that a peer that sends more and more does not have it made each time.
      this.#repetition = Buffer.alloc(bytes * 2, answer);
      this.#repeated = answer;
    }
    return this.#repetition.subarray(0, bytes);
  }
}
