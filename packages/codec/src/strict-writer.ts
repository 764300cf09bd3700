import { CAR_TYPES } from './car-type.ts';
import type { Message } from './message.ts';
import { NOTIFICATION_STATUSES } from './notification-status.ts';
import { UPPER_HALVES } from './single-byte-tables.ts';
import { isRealDate, isTimeOfDay } from './status-time.ts';
import type { TextEncoding } from './text-encoding.ts';

/** Longer texts are left to the general writer. */
const MOST_TEXT_UNITS = 500;
/** No message that is written here has more bytes. */
export const MOST_STRICT_BYTES = 1200;

const CALL = ascii('Message: Call\r\nCallerID: ');
const CAR_TYPE = ascii('\r\nCarType: ');
const ACK_SPACED = ascii('Message: ACK\r\nError: OK\r\n\r\n');
const ACK_COMPACT = ascii('Message:ACK\r\nError:OK\r\n\r\n');
const DIAL = ascii('Message: Dial\r\nTel: ');
const SAY_TEXT = ascii('Message: SayText\r\nNumberToCall: ');
const TEXT_TO_SAY = ascii('\r\nTextToSay: ');
const GUID = ascii('\r\nGuid: ');
const SAY_TEXT_STATUS = ascii('Message: SayTextStatus\r\nGuid: ');
const STATUS = ascii('\r\nStatus: ');
const STATUS_CHANGED_TIME = ascii('\r\nStatusChangedTime: ');
const CONFERENCE = ascii('Message: Conference\r\nTel1: ');
const TEL2 = ascii('\r\nTel2: ');
const END = ascii('\r\n\r\n');
const WORDS: ReadonlyMap<string, Uint8Array> = new Map([...CAR_TYPES, ...NOTIFICATION_STATUSES].map((word) => [word, ascii(word)]));

/** What cannot be written here; the general writer writes or refuses it. */
const LEFT = -1;

/**
 * Writes a message with plain values straight into `target` and returns the offset after it, or -1 if it is left to the general writer.
 *
 * Only a shortcut: the bytes are those of `encodeMessage`, and whatever is odd in any way is left alone. What is left may have scribbled
 * on `target` from `offset` on. [reading 23]
 */
export function writeStrict(message: Message, target: Uint8Array, offset: number, encoding: TextEncoding, compactAck: boolean): number {
  if (target.length - offset < MOST_STRICT_BYTES || message.message === 'Unknown' || message.extra !== undefined) return LEFT;
  switch (message.message) {
    case 'ACK':
      return message.error === 'OK' ? copy(target, offset, compactAck ? ACK_COMPACT : ACK_SPACED) : LEFT;
    case 'Call': {
      const number = writePhone(target, copy(target, offset, CALL), message.callerId);
      return end(target, number < 0 ? LEFT : writeWord(target, copy(target, number, CAR_TYPE), message.carType, CAR_TYPES));
    }
    case 'Dial':
      return end(target, writePhone(target, copy(target, offset, DIAL), message.tel));
    case 'SayText': {
      const number = writePhone(target, copy(target, offset, SAY_TEXT), message.numberToCall);
      const text = number < 0 ? LEFT : writeText(target, copy(target, number, TEXT_TO_SAY), message.textToSay, encoding);
      return end(target, text < 0 ? LEFT : writeGuid(target, copy(target, text, GUID), message.guid));
    }
    case 'SayTextStatus': {
      const guid = writeGuid(target, copy(target, offset, SAY_TEXT_STATUS), message.guid);
      const status = guid < 0 ? LEFT : writeWord(target, copy(target, guid, STATUS), message.status, NOTIFICATION_STATUSES);
      return end(target, status < 0 ? LEFT : writeTime(target, copy(target, status, STATUS_CHANGED_TIME), message.statusChangedTime));
    }
    case 'Conference': {
      const first = writePhone(target, copy(target, offset, CONFERENCE), message.tel1);
      return end(target, first < 0 ? LEFT : writePhone(target, copy(target, first, TEL2), message.tel2));
    }
    default:
      message satisfies never;
      return LEFT;
  }
}

function copy(target: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) target[at + index] = bytes[index] ?? 0;
  return at + bytes.length;
}

function end(target: Uint8Array, at: number): number {
  return at < 0 ? LEFT : copy(target, at, END);
}

/** A Ukrainian number, as ten digits. [TN-21] */
function writePhone(target: Uint8Array, at: number, phone: string): number {
  if (typeof phone !== 'string' || phone.length !== 13 || !phone.startsWith('+380') || phone.charCodeAt(4) === 0x30) return LEFT;
  for (let index = 3; index < 13; index++) {
    const unit = phone.charCodeAt(index);
    if (unit < 0x30 || unit > 0x39) return LEFT;
    target[at + index - 3] = unit;
  }
  return at + 10;
}

/** 36 characters with hyphens, in any case. [TN-15] */
function writeGuid(target: Uint8Array, at: number, guid: string): number {
  if (typeof guid !== 'string' || guid.length !== 36) return LEFT;
  for (let index = 0; index < 36; index++) {
    const unit = guid.charCodeAt(index);
    const hyphen = index === 8 || index === 13 || index === 18 || index === 23;
    const letter = unit | 0x20;
    if (hyphen ? unit !== 0x2d : (unit < 0x30 || unit > 0x39) && (letter < 0x61 || letter > 0x66)) return LEFT;
    target[at + index] = unit;
  }
  return at + 36;
}

function writeWord(target: Uint8Array, at: number, word: string, words: readonly string[]): number {
  const bytes = WORDS.get(word);
  return bytes === undefined || !words.includes(word) ? LEFT : copy(target, at, bytes);
}

/** `dd.MM.yyyy HH:mm:ss`. [TN-14] */
function writeTime(target: Uint8Array, at: number, time: string): number {
  if (typeof time !== 'string' || time.length !== 19) return LEFT;
  if (time.charAt(2) !== '.' || time.charAt(5) !== '.' || time.charAt(10) !== ' ' || time.charAt(13) !== ':' || time.charAt(16) !== ':')
    return LEFT;
  const year = 100 * twoDigits(time, 6) + twoDigits(time, 8);
  if (!isRealDate(year, twoDigits(time, 3), twoDigits(time, 0))) return LEFT;
  if (!isTimeOfDay(twoDigits(time, 11), twoDigits(time, 14), twoDigits(time, 17))) return LEFT;
  for (let index = 0; index < 19; index++) target[at + index] = time.charCodeAt(index);
  return at + 19;
}

/** Two decimal digits, else not a number. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

/** A text without blanks at its ends that cannot stand in brackets. [TN-11] */
function writeText(target: Uint8Array, at: number, text: string, encoding: TextEncoding): number {
  if (typeof text !== 'string' || text.length === 0 || text.length > MOST_TEXT_UNITS) return LEFT;
  if (text.startsWith('<') || text.startsWith(' ') || text.endsWith(' ')) return LEFT;
  return encoding === 'auto' || encoding === 'utf-8'
    ? writeUtf8(target, at, text)
    : writeSingleByte(target, at, text, UPPER_HALVES[encoding]);
}

/** ASCII and what has two bytes in UTF-8, which is all of Cyrillic. */
function writeUtf8(target: Uint8Array, from: number, text: string): number {
  let at = from;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x7f) {
      target[at++] = unit;
    } else if (unit >= 0xa0 && unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else {
      return LEFT;
    }
  }
  return at;
}

function writeSingleByte(target: Uint8Array, from: number, text: string, upperHalf: string): number {
  // In windows-1251 the letters А–я follow one another as they do in Unicode.
  const letters = upperHalf.charCodeAt(0x40) === 0x410 ? 0x410 : 0xffff;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x7f) {
      target[from + index] = unit;
    } else if (unit >= letters && unit < letters + 0x40) {
      target[from + index] = unit - letters + 0xc0;
    } else {
      const place = unit < 0xa0 || unit === 0xfffd ? -1 : upperHalf.indexOf(text.charAt(index));
      if (place < 0) return LEFT;
      target[from + index] = 0x80 + place;
    }
  }
  return from + text.length;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
