import { Buffer } from 'node:buffer';
import { UPPER_HALVES } from '../single-byte-tables.ts';
import type { TextEncoding } from '../text-encoding.ts';
import { latin1, type NativeSlices } from './values.ts';

const CR = 0x0d;

/** Most bytes of a text that is read here. */
export const MOST_TEXT_BYTES = 500;

/** No text ends nearer to the end of its message: a line with the GUID and the blank line follow. */
const LEAST_BYTES_AFTER = 48;
/** What a text has that is left to the general reader, and one that is no UTF-8, in the place of a number of characters. */
const LEFT = -1;
const NO_UTF8 = -2;

/**
 * What a string is made from, two bytes a character. One for all decoders: it is written and read within one call, and a thousand bytes
 * for each of thousands of connections are saved.
 */
const UNITS = new Uint16Array(MOST_TEXT_BYTES);
const UNIT_BYTES = Buffer.from(UNITS.buffer);

/** Reads the text of a strict SayText up to its line end: characters of the Basic Multilingual Plane, none of them a control character. */
export class StrictTextReader {
  /** Where the last text that was read ends. */
  end = 0;
  /** Whether the last text that was read was taken for windows-1251, as `auto` has it. [reading 22] */
  assumed = false;
  readonly #mostBytes: number;
  readonly #auto: boolean;
  /** For each byte the character it stands for, 0 where it is left to the general reader; `undefined` for UTF-8. */
  readonly #characters: Uint16Array | undefined;

  constructor(encoding: TextEncoding, mostCharacters: number) {
    this.#mostBytes = Math.min(mostCharacters, MOST_TEXT_BYTES);
    this.#auto = encoding === 'auto';
    this.#characters = encoding === 'auto' || encoding === 'utf-8' ? undefined : SINGLE_BYTE_CHARACTERS[encoding];
  }

  /** The text from `from` on; `undefined` leaves it to the general reader, and so do blanks at its ends and what may be a bracket. */
  read(bytes: Buffer, from: number): string | undefined {
    const first = bytes[from];
    if (first === CR || first === 0x20 || first === 0x3c) return undefined;
    const most = Math.min(bytes.length - LEAST_BYTES_AFTER + 1, from + this.#mostBytes + 1);
    let count =
      this.#characters === undefined
        ? this.#readUtf8(bytes, from, most, UNITS)
        : this.#readSingleByte(bytes, from, most, UNITS, this.#characters);
    this.assumed = count === NO_UTF8 && this.#auto;
    // A text that is no UTF-8 makes its message windows-1251: all else in it is ASCII.
    if (this.assumed) count = this.#readSingleByte(bytes, from, most, UNITS, SINGLE_BYTE_CHARACTERS['windows-1251']);
    if (count < 0 || bytes[this.end - 1] === 0x20) return undefined;
    if (count === this.end - from && this.#characters === undefined && !this.assumed) return latin1(bytes, from, this.end);
    return (UNIT_BYTES as NativeSlices).ucs2Slice(0, 2 * count);
  }

  /** Reads to the line end; gives the number of UTF-16 units. Faster than the native decoder, which would have to be asked first whether all is valid. */
  #readUtf8(bytes: Buffer, from: number, most: number, units: Uint16Array): number {
    let at = from;
    let count = 0;
    while (at < most) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0xc2 && byte < 0xe0) {
        // Two bytes: all of Cyrillic.
        const next = bytes[at + 1] ?? 0;
        if ((next & 0xc0) !== 0x80) return NO_UTF8;
        const unit = ((byte & 0x1f) << 6) | (next & 0x3f);
        if (unit < 0xa0) return LEFT;
        units[count++] = unit;
        at += 2;
      } else if (byte >= 0x20 && byte < 0x7f) {
        units[count++] = byte;
        at++;
      } else if (byte === CR) {
        this.end = at;
        return count;
      } else if (byte < 0x80) {
        return LEFT;
      } else {
        const unit = threeByteUnit(byte, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
        if (unit < 0) return unit;
        units[count++] = unit;
        at += 3;
      }
    }
    return LEFT;
  }

  #readSingleByte(bytes: Buffer, from: number, most: number, units: Uint16Array, characters: Uint16Array): number {
    let count = 0;
    for (let at = from; at < most; at++) {
      const unit = characters[bytes[at] ?? 0] ?? 0;
      if (unit !== 0) {
        units[count++] = unit;
      } else if (bytes[at] === CR) {
        this.end = at;
        return count;
      } else {
        return LEFT;
      }
    }
    return LEFT;
  }
}

/** The unit of three bytes such as `№`, else what the text is. Four bytes may be valid, too: the general reader knows. */
function threeByteUnit(first: number, second: number, third: number): number {
  if (first < 0xe0 || first > 0xf4 || (second & 0xc0) !== 0x80) return NO_UTF8;
  if (first > 0xef) return LEFT;
  const unit = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  return (third & 0xc0) !== 0x80 || unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? NO_UTF8 : unit;
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
