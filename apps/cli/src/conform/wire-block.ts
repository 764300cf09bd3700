import { MessageDecoder, type Fault, type Message } from '@taxinav/codec';

const LF = 0x0a;
/** Bytes of an unfinished block that are kept; the codec's caps end it long before. */
const KEPT_BYTES = 65_536;

/** A block as it came, with what the codec makes of it: a judge must see what a polite reader overlooks. */
export class WireBlock {
  readonly result: Message | Fault;
  #bytes: Buffer;

  constructor(bytes: Buffer, result: Message | Fault) {
    this.#bytes = bytes;
    this.result = result;
  }

  /** Everything since the block before, the blank line included. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The LF of a blank line whose CR has ended the block already. */
  completeLineEnd(): void {
    this.#bytes = Buffer.concat([this.#bytes, Uint8Array.of(LF)]);
  }

  /** A field's value, trimmed, by its name in any case; the first of several. */
  field(name: string): string | undefined {
    for (const line of this.#bytes.toString('utf8').split(/\r\n|\r|\n/)) {
      const colon = line.indexOf(':');
      if (colon > 0 && line.slice(0, colon).trim().toLowerCase() === name.toLowerCase()) return line.slice(colon + 1).trim();
    }
    return undefined;
  }
}

/** Cuts a stream into its blocks. */
export class BlockReader {
  readonly #decoder: MessageDecoder = new MessageDecoder();
  #pending: number[] = [];
  #endedByCr: WireBlock | undefined;

  push(bytes: Uint8Array): WireBlock[] {
    const blocks: WireBlock[] = [];
    for (const byte of bytes) {
      // Byte by byte, for only so it is known where a block ends.
      const results = this.#decoder.push(Uint8Array.of(byte));
      const before = this.#endedByCr;
      this.#endedByCr = undefined;
      if (before !== undefined && byte === LF) {
        before.completeLineEnd();
        continue;
      }
      this.#pending.push(byte);
      if (results.length > 0) blocks.push(...this.#cut(results));
      this.#endedByCr = results.length > 0 && byte !== LF ? blocks.at(-1) : undefined;
      if (this.#pending.length > KEPT_BYTES) this.#pending = [];
    }
    return blocks;
  }

  /** What the end of the stream completes. */
  end(): WireBlock[] {
    return this.#cut(this.#decoder.end());
  }

  #cut(results: readonly (Message | Fault)[]): WireBlock[] {
    const bytes = Buffer.from(this.#pending);
    if (results.length > 0) this.#pending = [];
    return results.map((result) => new WireBlock(bytes, result));
  }
}
