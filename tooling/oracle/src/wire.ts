/** A block as it came: its bytes, one character a byte, up to and with the empty line, and its fields by name. */
export interface Block {
  readonly bytes: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** More than this without an empty line is no message of this protocol. */
const LONGEST_BLOCK = 65_536;

/**
 * Reads blocks from the bytes of one connection. It shares no code with the product: a line ends at LF, a block at an empty
 * line, a field's name at the first colon.
 */
export class BlockReader {
  #text = '';

  /** What came after the last complete block. */
  get rest(): string {
    return this.#text;
  }

  /** Takes bytes; returns the blocks they completed. @throws RangeError when a block does not end */
  push(bytes: Uint8Array): Block[] {
    this.#text += Buffer.from(bytes).toString('latin1');
    const blocks: Block[] = [];
    for (let end = blockEnd(this.#text); end !== undefined; end = blockEnd(this.#text)) {
      blocks.push(readBlock(this.#text.slice(0, end)));
      this.#text = this.#text.slice(end);
    }
    if (this.#text.length > LONGEST_BLOCK) throw new RangeError(`no empty line in ${this.#text.length} bytes`);
    return blocks;
  }
}

/** Writes a block. `documented` is the document's own example to the letter: spaces before the line ends. Source: [TN-11]. */
export function writeBlock(fields: readonly (readonly [name: string, value: string])[], spelling: 'strict' | 'documented'): Buffer {
  const end = spelling === 'strict' ? '\r\n' : ' \r\n';
  return Buffer.from(fields.map(([name, value]) => `${name}: ${value}${end}`).join('') + end);
}

function blockEnd(text: string): number | undefined {
  let start = 0;
  for (;;) {
    const lineEnd = text.indexOf('\n', start);
    if (lineEnd === -1) return undefined;
    if (start > 0 && text.slice(start, lineEnd).trim() === '') return lineEnd + 1;
    start = lineEnd + 1;
  }
}

function readBlock(bytes: string): Block {
  const fields: Record<string, string> = {};
  for (const line of bytes.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] ??= line.slice(colon + 1).trim();
  }
  return { bytes, fields };
}
