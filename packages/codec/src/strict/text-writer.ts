import { UPPER_HALVES, type SingleByteEncoding } from '../single-byte-tables.ts';
import type { TextEncoding } from '../text-encoding.ts';

/** Longer texts are left to the general writer. */
const MOST_UNITS = 500;
/** As many as there are in {@link MOST_UNITS} of two bytes each. */
const MOST_BYTES = 1000;
const SPACE = 0x20;

/** Writes a text without blanks at its ends that cannot stand in brackets; returns the offset after it, or -1. [TN-11] */
export function writeText(target: Uint8Array, at: number, text: string, encoding: TextEncoding): number {
  if (typeof text !== 'string' || text.length === 0 || text.length > MOST_UNITS) return -1;
  const first = text.charCodeAt(0);
  if (first === 0x3c || first === SPACE || text.charCodeAt(text.length - 1) === SPACE) return -1;
  return encoding === 'auto' || encoding === 'utf-8'
    ? writeUtf8(target, at, text)
    : writeSingleByte(target, at, text, SINGLE_BYTES[encoding]);
}

/** The Basic Multilingual Plane, checked and written at once: a native writer is no faster, and checks nothing. */
function writeUtf8(target: Uint8Array, from: number, text: string): number {
  let at = from;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xa0 && unit < 0x800) {
      target[at] = 0xc0 | (unit >> 6);
      target[at + 1] = 0x80 | (unit & 0x3f);
      at += 2;
    } else if (unit >= SPACE && unit < 0x7f) {
      target[at++] = unit;
    } else if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) && at - from + 3 * (text.length - index) <= MOST_BYTES) {
      target[at] = 0xe0 | (unit >> 12);
      target[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
      target[at + 2] = 0x80 | (unit & 0x3f);
      at += 3;
    } else {
      return -1;
    }
  }
  return at;
}

/** One look into a table for each character, letters and ASCII alike: no branch between them. */
function writeSingleByte(target: Uint8Array, from: number, text: string, { bytes, upperHalf }: SingleByteTable): number {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    let byte = unit < FIRST_BEYOND ? (bytes[unit] ?? 0) : 0;
    if (byte === 0) {
      const place = unit < FIRST_BEYOND || unit === 0xfffd ? -1 : upperHalf.indexOf(text.charAt(index));
      if (place < 0) return -1;
      byte = 0x80 + place;
    }
    target[from + index] = byte;
  }
  return from + text.length;
}

interface SingleByteTable {
  /** The byte of each character below {@link FIRST_BEYOND}, 0 where there is none or it is a control character. */
  readonly bytes: Uint8Array;
  readonly upperHalf: string;
}

/** Latin and Cyrillic letters are below; dashes, quotation marks and № are not, and looked for one by one. */
const FIRST_BEYOND = 0x500;

const SINGLE_BYTES: Readonly<Record<SingleByteEncoding, SingleByteTable>> = {
  'windows-1251': singleByteTable(UPPER_HALVES['windows-1251']),
  'koi8-u': singleByteTable(UPPER_HALVES['koi8-u']),
  cp866: singleByteTable(UPPER_HALVES.cp866),
};

function singleByteTable(upperHalf: string): SingleByteTable {
  const bytes = Uint8Array.from({ length: FIRST_BEYOND }, (_, unit) => {
    if (unit < 0x80) return unit >= SPACE && unit < 0x7f ? unit : 0;
    const place = unit < 0xa0 ? -1 : upperHalf.indexOf(String.fromCharCode(unit));
    return place < 0 ? 0 : 0x80 + place;
  });
  return { bytes, upperHalf };
}
