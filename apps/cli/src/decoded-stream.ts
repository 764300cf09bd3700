import { MessageDecoder, type Diagnostic, type Fault, type Message, type TextEncoding } from '@taxinav/codec';

/** One thing found in a stream: a message or fault with its own bytes, and what was tolerated in it; or a tolerance between messages. */
export interface Found {
  readonly result?: Message | Fault;
  readonly diagnostics: readonly Diagnostic[];
  /** The bytes since the last find, at most {@link RAW_BYTES}. */
  readonly raw: Uint8Array;
}

/** Bytes that are kept of one message for showing; the decoder's own caps are lower. */
export const RAW_BYTES = 32_768;

const CR = 0x0d;
const LF = 0x0a;

/**
 * A decoder that also says which bytes and which tolerances belong to which message: it is fed line by line, which changes
 * no result [reading 9].
 */
export class DecodedStream {
  readonly #decoder: MessageDecoder;
  readonly #found: (found: Found) => void;
  #diagnostics: Diagnostic[] = [];
  #raw: Uint8Array[] = [];
  #rawBytes = 0;
  #ended = false;

  constructor(encoding: TextEncoding, found: (found: Found) => void) {
    this.#decoder = new MessageDecoder({ encoding, onDiagnostic: (diagnostic) => this.#diagnostics.push(diagnostic) });
    this.#found = found;
  }

  /** Reads bytes; what they complete is told before this returns. */
  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== LF && (bytes[at] !== CR || bytes[at + 1] === LF)) continue;
      this.#feed(bytes.subarray(from, at + 1));
      from = at + 1;
    }
    if (from < bytes.length) this.#feed(bytes.subarray(from));
  }

  /** The stream has ended: tells what that completes, once. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell(this.#decoder.end());
  }

  #feed(bytes: Uint8Array): void {
    if (this.#rawBytes + bytes.length <= RAW_BYTES) {
      this.#raw.push(Uint8Array.from(bytes));
      this.#rawBytes += bytes.length;
    }
    this.#tell(this.#decoder.push(bytes));
  }

  #tell(results: readonly (Message | Fault)[]): void {
    for (const result of results) this.#found({ result, diagnostics: this.#diagnostics.splice(0), raw: this.#takeRaw() });
    if (this.#diagnostics.length > 0) this.#found({ diagnostics: this.#diagnostics.splice(0), raw: new Uint8Array() });
    // Blank lines between messages belong to no message.
    if (results.length === 0 && this.#decoder.pendingBytes === 0) this.#takeRaw();
  }

  #takeRaw(): Uint8Array {
    const raw = Buffer.concat(this.#raw);
    this.#raw = [];
    this.#rawBytes = 0;
    return raw;
  }
}
