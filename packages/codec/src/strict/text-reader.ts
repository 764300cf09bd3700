import { Buffer } from 'node:buffer';
import { UPPER_HALVES } from '../single-byte-tables.ts';
import type { TextEncoding } from '../text-encoding.ts';
import { latin1, type NativeSlices } from './values.ts';

const CR = 0x0d;

/** Most bytes of a text that is read here. */
export const MOST_TEXT_BYTES = 500;

/** Reads the text of a strict SayText up to its line end: characters of the Basic Multilingual Plane, none of them a control character. */
export class StrictTextReader {
  /** Where the last text that was read ends. */
  end = 0;
  readonly #mostBytes: number;
  /** For each byte the character it stands for, 0 where it is left to the general reader; `undefined` for UTF-8. */
  readonly #characters: Uint16Array | undefined;
  /** What a string is made from, two bytes a character; made when it is first needed, since most connections say little. */
  #units: Uint16Array | undefined;
  #unitBytes: Buffer | undefined;

  constructor(encoding: TextEncoding, mostCharacters: number) {
    this.#mostBytes = Math.min(mostCharacters, MOST_TEXT_BYTES);
    this.#characters = encoding === 'auto' || encoding === 'utf-8' ? undefined : SINGLE_BYTE_CHARACTERS[encoding];
  }

  /** The text from `from` on; `undefined` leaves it to the general reader, and so do blanks at its ends and what may be a bracket. */
  read(bytes: Buffer, from: number): string | undefined {
    const first = bytes[from];
    if (first === CR || first === 0x20 || first === 0x3c) return undefined;
    const most = Math.min(bytes.length, from + this.#mostBytes + 1);
    const count =
      this.#characters === undefined ? this.#readUtf8(bytes, from, most) : this.#readSingleByte(bytes, from, most, this.#characters);
    if (count < 0 || bytes[this.end - 1] === 0x20) return undefined;
    if (count === this.end - from && this.#characters === undefined) return latin1(bytes, from, this.end);
    this.#unitBytes ??= Buffer.from(this.#units?.buffer ?? new ArrayBuffer(0));
    return (this.#unitBytes as NativeSlices).ucs2Slice(0, 2 * count);
  }

  /** Reads to the line end; gives the number of UTF-16 units, or -1. */
  #readUtf8(bytes: Buffer, from: number, most: number): number {
    const units = (this.#units ??= new Uint16Array(MOST_TEXT_BYTES));
    let at = from;
    let count = 0;
    while (at < most) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0xc2 && byte < 0xe0) {
        // Two bytes: all of Cyrillic. Faster here than by the native decoder, which would have to be told first that they are valid.
        const next = bytes[at + 1] ?? 0;
        const unit = ((byte & 0x1f) << 6) | (next & 0x3f);
        if ((next & 0xc0) !== 0x80 || unit < 0xa0) return -1;
        units[count++] = unit;
        at += 2;
      } else if (byte >= 0x20 && byte < 0x7f) {
        units[count++] = byte;
        at++;
      } else if (byte === CR) {
        this.end = at;
        return count;
      } else {
        return -1;
      }
    }
    return -1;
  }

  #readSingleByte(bytes: Buffer, from: number, most: number, characters: Uint16Array): number {
    const units = (this.#units ??= new Uint16Array(MOST_TEXT_BYTES));
    let count = 0;
    for (let at = from; at < most; at++) {
      const unit = characters[bytes[at] ?? 0] ?? 0;
      if (unit !== 0) {
        units[count++] = unit;
      } else if (bytes[at] === CR) {
        this.end = at;
        return count;
      } else {
        return -1;
      }
    }
    return -1;
  }
}

const SINGLE_BYTE_CHARACTERS = {
  'windows-1251': characters(UPPER_HALVES['windows-1251']),
  'koi8-u': characters(UPPER_HALVES['koi8-u']),
  cp866: characters(UPPER_HALVES.cp866),
};

function characters(upperHalf: string): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    if (byte < 0x80) return byte >= 0x20 && byte < 0x7f ? byte : 0;
    const unit = upperHalf.charCodeAt(byte - 0x80);
    return unit === 0xfffd ? 0 : unit;
  });
}
