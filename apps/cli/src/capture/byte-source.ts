import { Buffer } from 'node:buffer';

const NOTHING = Buffer.alloc(0);

/** Bytes of a file or stream, taken in pieces of a wanted length; it knows at which byte of the whole it stands. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array, unknown, undefined>;
  #held: Buffer = NOTHING;
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Offset of the next byte, from 0. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes, which stay; fewer where the source ends. */
  async peek(length: number): Promise<Buffer> {
    if (this.#held.length < length) await this.#fill(length);
    return this.#held.subarray(0, length);
  }

  /** The next bytes; fewer where the source ends. They are the caller's to read, not to change. */
  async take(length: number): Promise<Buffer> {
    if (this.#held.length < length) await this.#fill(length);
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(taken.length);
    this.#offset += taken.length;
    return taken;
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#held.length > 0) yield this.#held;
    this.#held = NOTHING;
    for (let next = await this.#chunks.next(); next.done !== true; next = await this.#chunks.next()) yield next.value;
  }

  async #fill(length: number): Promise<void> {
    const pieces: Uint8Array[] = [this.#held];
    let held = this.#held.length;
    while (held < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      pieces.push(next.value);
      held += next.value.length;
    }
    this.#held = Buffer.concat(pieces, held);
  }
}
