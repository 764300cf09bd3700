import type { Buffer } from 'node:buffer';
import type { PhoneNumber } from '../phone-number.ts';
import { isRealDate, isTimeOfDay, type StatusTime } from '../status-time.ts';

const ZERO = 0x30;
const SPACE = 0x20;
const DOT = 0x2e;
const COLON = 0x3a;
const HYPHEN = 0x2d;

/** 0 for a hexadecimal digit in upper case, 1 for a hyphen, too many for every other byte. */
const HYPHENS = Uint8Array.from({ length: 256 }, (_, byte) => (/^[0-9A-F]$/.test(String.fromCharCode(byte)) ? 0 : byte === HYPHEN ? 1 : 5));
/** The value of a decimal digit; for every other byte so much that no part of a date or time may be it. */
const DIGIT_VALUE = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= ZERO && byte < ZERO + 10 ? byte - ZERO : 100));

/** Ten digits of the document's form as E.164. What follows them is judged by the caller. [TN-21] */
export function readStrictPhone(bytes: Uint8Array, at: number): PhoneNumber | undefined {
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  const fourth = bytes[at + 3] ?? 0;
  const fifth = bytes[at + 4] ?? 0;
  const sixth = bytes[at + 5] ?? 0;
  const seventh = bytes[at + 6] ?? 0;
  const eighth = bytes[at + 7] ?? 0;
  const ninth = bytes[at + 8] ?? 0;
  const tenth = bytes[at + 9] ?? 0;
  if (bytes[at] !== ZERO || second === ZERO) return undefined;
  if (!areDigits(second, third, fourth) || !areDigits(fifth, sixth, seventh) || !areDigits(eighth, ninth, tenth)) return undefined;
  // A third of the cost of a native slice; and "+38" before one would be two strings tied together.
  return String.fromCharCode(0x2b, 0x33, 0x38, ZERO, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth) as PhoneNumber;
}

/** Whether 36 characters in canonical form stand here. [reading 15] */
export function isStrictGuid(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 8] !== HYPHEN || bytes[at + 13] !== HYPHEN || bytes[at + 18] !== HYPHEN || bytes[at + 23] !== HYPHEN) return false;
  // The hyphens are where they belong; that there are no more, and nothing but digits beside them, one sum tells, with no branch for each.
  let hyphens = 0;
  for (let index = at; index < at + 36; index += 4) {
    hyphens += hyphensIn(bytes[index]) + hyphensIn(bytes[index + 1]) + hyphensIn(bytes[index + 2]) + hyphensIn(bytes[index + 3]);
  }
  return hyphens === 4;
}

/** 19 characters, `dd.MM.yyyy HH:mm:ss`. [TN-14] */
export function readStrictTime(bytes: Buffer, at: number): StatusTime | undefined {
  if (bytes[at + 2] !== DOT || bytes[at + 5] !== DOT || bytes[at + 10] !== SPACE || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON)
    return undefined;
  const century = twoDigits(bytes, at + 6);
  const year = twoDigits(bytes, at + 8);
  if (century > 99 || year > 99 || !isRealDate(100 * century + year, twoDigits(bytes, at + 3), twoDigits(bytes, at))) return undefined;
  if (!isTimeOfDay(twoDigits(bytes, at + 11), twoDigits(bytes, at + 14), twoDigits(bytes, at + 17))) return undefined;
  return latin1(bytes, at, at + 19) as StatusTime;
}

/** What `Buffer.toString` comes down to; calling it directly halves the cost of a short string. */
export interface NativeSlices extends Buffer {
  latin1Slice(from: number, to: number): string;
  ucs2Slice(from: number, to: number): string;
}

/** These bytes as a string of its own, which no chunk is kept alive by. */
export function latin1(bytes: Buffer, from: number, to: number): string {
  return (bytes as NativeSlices).latin1Slice(from, to);
}

function areDigits(first: number, second: number, third: number): boolean {
  return first >= ZERO && first <= 0x39 && second >= ZERO && second <= 0x39 && third >= ZERO && third <= 0x39;
}

function hyphensIn(byte: number | undefined): number {
  return HYPHENS[byte ?? 0] ?? 5;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return 10 * (DIGIT_VALUE[bytes[at] ?? 0] ?? 100) + (DIGIT_VALUE[bytes[at + 1] ?? 0] ?? 100);
}
