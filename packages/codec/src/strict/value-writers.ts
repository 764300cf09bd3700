import { Buffer } from 'node:buffer';
import { isRealDate, isTimeOfDay } from '../status-time.ts';

const ZERO = 0x30;
const SPACE = 0x20;
const DOT = 0x2e;
const COLON = 0x3a;
const HYPHEN = 0x2d;
/** What a part of a date or time is never. */
const NO_NUMBER = 100;

/** 0 for a hexadecimal digit in whatever case, 1 for a hyphen, too many for every other byte. */
const HYPHENS = Uint8Array.from({ length: 256 }, (_, byte) =>
  /^[0-9A-F]$/i.test(String.fromCharCode(byte)) ? 0 : byte === HYPHEN ? 1 : 5,
);

/** Writes a Ukrainian number as ten digits, unless it is none. [TN-21] */
export function writePhone(target: Uint8Array, at: number, phone: string): boolean {
  if (typeof phone !== 'string' || phone.length !== 13 || phone.charCodeAt(4) === ZERO) return false;
  if (phone.charCodeAt(0) !== 0x2b || phone.charCodeAt(1) !== 0x33 || phone.charCodeAt(2) !== 0x38 || phone.charCodeAt(3) !== ZERO)
    return false;
  // The first digit is always 0, as in the frame.
  for (let index = 4; index < 13; index++) {
    const unit = phone.charCodeAt(index);
    if (unit < ZERO || unit > 0x39) return false;
    target[at + index - 3] = unit;
  }
  return true;
}

/** Writes 36 characters with hyphens, in any case, unless they are none. [TN-15] */
export function writeGuid(target: Uint8Array, at: number, guid: string): boolean {
  // Natively at half the cost of a loop over characters; anything but ASCII shows as bytes that are no digits, or as fewer bytes.
  if (typeof guid !== 'string' || guid.length !== 36 || writeUtf8(target, guid, at, 36) !== 36) return false;
  if (target[at + 8] !== HYPHEN || target[at + 13] !== HYPHEN || target[at + 18] !== HYPHEN || target[at + 23] !== HYPHEN) return false;
  // The hyphens are where they belong; that there are no more, and nothing but digits beside them, one sum tells, with no branch for each.
  let hyphens = 0;
  for (let index = at; index < at + 36; index += 4) {
    hyphens += hyphensIn(target[index]) + hyphensIn(target[index + 1]) + hyphensIn(target[index + 2]) + hyphensIn(target[index + 3]);
  }
  return hyphens === 4;
}

/** Writes `dd.MM.yyyy HH:mm:ss` into a frame that has all but the digits, unless there is no such time. [TN-14] */
export function writeTime(target: Uint8Array, at: number, time: string): boolean {
  if (typeof time !== 'string' || time.length !== 19 || time.charCodeAt(2) !== DOT || time.charCodeAt(5) !== DOT) return false;
  if (time.charCodeAt(10) !== SPACE || time.charCodeAt(13) !== COLON || time.charCodeAt(16) !== COLON) return false;
  const day = putTwoDigits(target, at, time, 0);
  const month = putTwoDigits(target, at, time, 3);
  const century = putTwoDigits(target, at, time, 6);
  const year = putTwoDigits(target, at, time, 8);
  const hour = putTwoDigits(target, at, time, 11);
  const minute = putTwoDigits(target, at, time, 14);
  const second = putTwoDigits(target, at, time, 17);
  return century < NO_NUMBER && year < NO_NUMBER && isRealDate(100 * century + year, month, day) && isTimeOfDay(hour, minute, second);
}

/** Two digits and their value; more than any part of a time has where they are none. */
function putTwoDigits(target: Uint8Array, at: number, text: string, index: number): number {
  const tens = text.charCodeAt(index);
  const ones = text.charCodeAt(index + 1);
  target[at + index] = tens;
  target[at + index + 1] = ones;
  return tens >= ZERO && tens <= 0x39 && ones >= ZERO && ones <= 0x39 ? 10 * (tens - ZERO) + ones - ZERO : NO_NUMBER;
}

// A property and no method, for it is called on any Uint8Array.
const { utf8Write } = Buffer.prototype as unknown as {
  readonly utf8Write: (this: Uint8Array, text: string, at: number, most: number) => number;
};

function writeUtf8(target: Uint8Array, text: string, at: number, most: number): number {
  return utf8Write.call(target, text, at, most);
}

function hyphensIn(byte: number | undefined): number {
  return HYPHENS[byte ?? 0] ?? 5;
}
