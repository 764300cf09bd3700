import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import { UPPER_HALVES, type SingleByteEncoding } from './single-byte-tables.ts';

/** The encodings a peer may use; `auto` tells UTF-8 from windows-1251 by validity, for each message. Source: [reading 22]. */
export const TEXT_ENCODINGS = ['auto', 'utf-8', 'windows-1251', 'koi8-u', 'cp866'] as const;

/** How the bytes of a message are read as text. */
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** What `auto` and a fixed encoding come to for the bytes of one block. */
export type SettledEncoding = 'ascii' | 'utf-8' | SingleByteEncoding;

/** @throws RangeError for a name that is not in {@link TEXT_ENCODINGS}. */
export function checkEncoding(encoding: TextEncoding): TextEncoding {
  if (TEXT_ENCODINGS.includes(encoding)) return encoding;
  throw new RangeError(`encoding: expected one of ${TEXT_ENCODINGS.join(', ')}, got ${JSON.stringify(encoding)}`);
}

/** Decides for one block: ASCII and valid UTF-8 are themselves, all else is windows-1251 under `auto`. [reading 22] */
export function settleEncoding(encoding: TextEncoding, block: Uint8Array): SettledEncoding {
  if (isAscii(block)) return 'ascii';
  if (encoding !== 'auto') return encoding;
  return isUtf8(block) ? 'utf-8' : 'windows-1251';
}

/** The text of `bytes[from, to)` in a string of its own, or `undefined` where the encoding does not define these bytes. */
export function decodeText(bytes: Buffer, from: number, to: number, encoding: SettledEncoding): string | undefined {
  switch (encoding) {
    case 'ascii':
      return bytes.toString('latin1', from, to);
    case 'utf-8':
      // Under `auto` the whole block is known to be valid; a fixed utf-8 is not, and U+FFFD must not pass for what was said.
      return isUtf8(bytes.subarray(from, to)) ? bytes.toString('utf8', from, to) : undefined;
    case 'windows-1251':
    case 'koi8-u':
    case 'cp866':
      return decodeSingleByte(bytes, from, to, UPPER_HALVES[encoding]);
    default:
      return encoding satisfies never;
  }
}

/** `String.fromCharCode` takes its characters as arguments, of which there may not be any number. */
const UNITS_AT_ONCE = 1024;

function decodeSingleByte(bytes: Uint8Array, from: number, to: number, upperHalf: string): string | undefined {
  let text = '';
  for (let start = from; start < to; start += UNITS_AT_ONCE) {
    const units: number[] = [];
    const end = Math.min(start + UNITS_AT_ONCE, to);
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      const unit = byte < 0x80 ? byte : upperHalf.charCodeAt(byte - 0x80);
      if (unit === 0xfffd) return undefined;
      units.push(unit);
    }
    text += String.fromCharCode(...units);
  }
  return text;
}

const UTF_8 = new TextEncoder();

/** The bytes of a text, or `undefined` where the encoding has no bytes for one of its characters. `auto` writes UTF-8. */
export function encodeText(text: string, encoding: TextEncoding): Uint8Array | undefined {
  switch (encoding) {
    case 'auto':
    case 'utf-8':
      return text.isWellFormed() ? UTF_8.encode(text) : undefined;
    case 'windows-1251':
    case 'koi8-u':
    case 'cp866':
      return encodeSingleByte(text, UPPER_HALVES[encoding]);
    default:
      return encoding satisfies never;
  }
}

function encodeSingleByte(text: string, upperHalf: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[at] = unit;
      continue;
    }
    const index = unit === 0xfffd ? -1 : upperHalf.indexOf(text.charAt(at));
    if (index < 0) return undefined;
    bytes[at] = index + 0x80;
  }
  return bytes;
}
