import { Buffer } from 'node:buffer';
import { CAR_TYPES, type CarType } from './car-type.ts';
import type { Guid } from './guid.ts';
import type { DecoderLimits } from './limits.ts';
import type { Message } from './message.ts';
import { NOTIFICATION_STATUSES, type NotificationStatus } from './notification-status.ts';
import type { PhoneNumber } from './phone-number.ts';
import { UPPER_HALVES } from './single-byte-tables.ts';
import { isRealDate, isTimeOfDay, type StatusTime } from './status-time.ts';
import type { TextEncoding } from './text-encoding.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const DOT = 0x2e;
const COLON = 0x3a;
const HYPHEN = 0x2d;

/** A text of more bytes is left to the general reader, and so is everything where limits are so small that they could matter here. */
const MOST_TEXT_BYTES = 500;
const LEAST_LINE_BYTES = 520;
const LEAST_MESSAGE_BYTES = 640;

const CALL = ascii('Call\r\nCallerID: ');
const CAR_TYPE = ascii('\r\nCarType: ');
const ACK_OK = ascii('ACK\r\nError: OK');
const DIAL = ascii('Dial\r\nTel: ');
const SAY_TEXT = ascii('SayText\r\nNumberToCall: ');
const TEXT_TO_SAY = ascii('\r\nTextToSay: ');
const GUID = ascii('\r\nGuid: ');
const SAY_TEXT_STATUS = ascii('SayTextStatus\r\nGuid: ');
const STATUS = ascii('\r\nStatus: ');
const STATUS_CHANGED_TIME = ascii('\r\nStatusChangedTime: ');
const CONFERENCE = ascii('Conference\r\nTel1: ');
const TEL2 = ascii('\r\nTel2: ');
const MESSAGE = ascii('Message: ');
const CAR_TYPE_WORDS = CAR_TYPES.map((word) => ({ word, bytes: ascii(word) }));
const STATUS_WORDS = NOTIFICATION_STATUSES.map((word) => ({ word, bytes: ascii(word) }));

/**
 * Reads messages that are, byte for byte, in the strict form with plain values: what this package itself writes. [reading 23]
 *
 * Only a shortcut: whatever is odd in any way is left to the general reader, which reads these messages the same, with no diagnostic.
 * Without this file, and the calls of it in `message-decoder.ts`, every vector still holds.
 */
export class StrictReader {
  /** Where the last message that was read ends, its last line end not included. */
  end = 0;
  readonly #usable: boolean;
  readonly #mostTextBytes: number;
  readonly #utf8: boolean;
  readonly #upperHalf: string;
  /** What a string is made from, two bytes a character; made when it is first needed, since most connections say little. */
  #units: Uint16Array | undefined;
  #unitBytes: Buffer | undefined;

  constructor(encoding: TextEncoding, limits: DecoderLimits) {
    const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
    this.#usable = littleEndian && limits.lineBytes >= LEAST_LINE_BYTES && limits.messageBytes >= LEAST_MESSAGE_BYTES && limits.fields >= 4;
    this.#mostTextBytes = Math.min(limits.textCharacters, MOST_TEXT_BYTES);
    this.#utf8 = encoding === 'auto' || encoding === 'utf-8';
    this.#upperHalf = encoding === 'auto' || encoding === 'utf-8' ? '' : UPPER_HALVES[encoding];
  }

  /** The message that begins at `at`, if it is one of the strict form; sets {@link end}. */
  read(bytes: Buffer, at: number): Message | undefined {
    if (!this.#usable || !follows(bytes, at, MESSAGE)) return undefined;
    const name = at + MESSAGE.length;
    switch (bytes[name]) {
      case 0x41:
        return this.#ack(bytes, name);
      case 0x43:
        return bytes[name + 1] === 0x61 ? this.#call(bytes, name) : this.#conference(bytes, name);
      case 0x44:
        return this.#dial(bytes, name);
      case 0x53:
        return bytes[name + 7] === CR ? this.#sayText(bytes, name) : this.#sayTextStatus(bytes, name);
      default:
        return undefined;
    }
  }

  #ack(bytes: Buffer, at: number): Message | undefined {
    if (!follows(bytes, at, ACK_OK)) return undefined;
    this.end = at + ACK_OK.length;
    return { message: 'ACK', error: 'OK' };
  }

  #call(bytes: Buffer, at: number): Message | undefined {
    const number = at + CALL.length;
    if (!follows(bytes, at, CALL) || !follows(bytes, number + 10, CAR_TYPE)) return undefined;
    const callerId = this.#readPhone(bytes, number);
    const carType = this.#word<CarType>(bytes, number + 10 + CAR_TYPE.length, CAR_TYPE_WORDS);
    return callerId === undefined || carType === undefined ? undefined : { message: 'Call', callerId, carType };
  }

  #dial(bytes: Buffer, at: number): Message | undefined {
    if (!follows(bytes, at, DIAL)) return undefined;
    const tel = this.#readPhone(bytes, at + DIAL.length);
    this.end = at + DIAL.length + 10;
    return tel === undefined ? undefined : { message: 'Dial', tel };
  }

  #conference(bytes: Buffer, at: number): Message | undefined {
    const first = at + CONFERENCE.length;
    const second = first + 10 + TEL2.length;
    if (!follows(bytes, at, CONFERENCE) || !follows(bytes, first + 10, TEL2)) return undefined;
    const tel1 = this.#readPhone(bytes, first);
    const tel2 = this.#readPhone(bytes, second);
    this.end = second + 10;
    return tel1 === undefined || tel2 === undefined ? undefined : { message: 'Conference', tel1, tel2 };
  }

  #sayText(bytes: Buffer, at: number): Message | undefined {
    const number = at + SAY_TEXT.length;
    const text = number + 10 + TEXT_TO_SAY.length;
    if (!follows(bytes, at, SAY_TEXT) || !follows(bytes, number + 10, TEXT_TO_SAY)) return undefined;
    const numberToCall = this.#readPhone(bytes, number);
    if (numberToCall === undefined) return undefined;
    const textToSay = this.#utf8 ? this.#readUtf8(bytes, text) : this.#readSingleByte(bytes, text);
    if (textToSay === undefined || !follows(bytes, this.end, GUID)) return undefined;
    const guid = this.#readGuid(bytes, this.end + GUID.length);
    return guid === undefined ? undefined : { message: 'SayText', numberToCall, textToSay, guid };
  }

  #sayTextStatus(bytes: Buffer, at: number): Message | undefined {
    const guidAt = at + SAY_TEXT_STATUS.length;
    if (!follows(bytes, at, SAY_TEXT_STATUS) || !follows(bytes, guidAt + 36, STATUS)) return undefined;
    const guid = this.#readGuid(bytes, guidAt);
    const status = this.#word<NotificationStatus>(bytes, guidAt + 36 + STATUS.length, STATUS_WORDS);
    if (guid === undefined || status === undefined || !follows(bytes, this.end, STATUS_CHANGED_TIME)) return undefined;
    const statusChangedTime = this.#readTime(bytes, this.end + STATUS_CHANGED_TIME.length);
    return statusChangedTime === undefined ? undefined : { message: 'SayTextStatus', guid, status, statusChangedTime };
  }

  /** Ten digits of the document's form [TN-21]; what follows them is judged by the caller. */
  #readPhone(bytes: Buffer, at: number): PhoneNumber | undefined {
    if (bytes[at] !== 0x30 || bytes[at + 1] === 0x30) return undefined;
    for (let index = 1; index < 10; index++) {
      const byte = bytes[at + index] ?? 0;
      if (byte < 0x30 || byte > 0x39) return undefined;
    }
    // Not "+38" before a slice, which would be two strings tied together.
    return String.fromCharCode(
      0x2b,
      0x33,
      0x38,
      0x30,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
      bytes[at + 8] ?? 0,
      bytes[at + 9] ?? 0,
    ) as PhoneNumber;
  }

  /** 36 characters in canonical form. [reading 15] */
  #readGuid(bytes: Buffer, at: number): Guid | undefined {
    if (bytes[at + 8] !== HYPHEN || bytes[at + 13] !== HYPHEN || bytes[at + 18] !== HYPHEN || bytes[at + 23] !== HYPHEN) return undefined;
    if (!areHexDigits(bytes, at, at + 8) || !areHexDigits(bytes, at + 9, at + 13) || !areHexDigits(bytes, at + 14, at + 18))
      return undefined;
    if (!areHexDigits(bytes, at + 19, at + 23) || !areHexDigits(bytes, at + 24, at + 36)) return undefined;
    this.end = at + 36;
    return latin1(bytes, at, at + 36) as Guid;
  }

  /** 19 characters, `dd.MM.yyyy HH:mm:ss`. [TN-14] */
  #readTime(bytes: Buffer, at: number): StatusTime | undefined {
    if (bytes[at + 2] !== DOT || bytes[at + 5] !== DOT || bytes[at + 10] !== SPACE || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON)
      return undefined;
    const year = 100 * twoDigits(bytes, at + 6) + twoDigits(bytes, at + 8);
    // Not a number where a digit is missing, which no comparison lets pass.
    if (!isRealDate(year, twoDigits(bytes, at + 3), twoDigits(bytes, at))) return undefined;
    if (!isTimeOfDay(twoDigits(bytes, at + 11), twoDigits(bytes, at + 14), twoDigits(bytes, at + 17))) return undefined;
    this.end = at + 19;
    return latin1(bytes, at, at + 19) as StatusTime;
  }

  #word<Word extends string>(bytes: Buffer, at: number, words: readonly { word: Word; bytes: Uint8Array }[]): Word | undefined {
    for (const known of words) {
      if (bytes[at] !== known.bytes[0] || !follows(bytes, at, known.bytes)) continue;
      this.end = at + known.bytes.length;
      return known.word;
    }
    return undefined;
  }

  /** A text in ASCII and two-byte UTF-8, which is all of Cyrillic, up to the line end. */
  #readUtf8(bytes: Buffer, from: number): string | undefined {
    const units = (this.#units ??= new Uint16Array(MOST_TEXT_BYTES));
    const most = Math.min(bytes.length, from + this.#mostTextBytes + 1);
    let at = from;
    let count = 0;
    while (at < most) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x20 && byte < 0x7f) {
        units[count++] = byte;
        at++;
      } else if (byte >= 0xc2 && byte < 0xe0) {
        const next = bytes[at + 1] ?? 0;
        const unit = ((byte & 0x1f) << 6) | (next & 0x3f);
        if ((next & 0xc0) !== 0x80 || unit < 0xa0) return undefined;
        units[count++] = unit;
        at += 2;
      } else {
        return byte === CR ? this.#endText(bytes, from, at, count) : undefined;
      }
    }
    return undefined;
  }

  #readSingleByte(bytes: Buffer, from: number): string | undefined {
    const units = (this.#units ??= new Uint16Array(MOST_TEXT_BYTES));
    const most = Math.min(bytes.length, from + this.#mostTextBytes + 1);
    let at = from;
    for (; at < most; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x20 && byte < 0x7f) units[at - from] = byte;
      else if (byte < 0x80) return byte === CR ? this.#endText(bytes, from, at, at - from) : undefined;
      else units[at - from] = this.#upperHalf.charCodeAt(byte - 0x80);
      if (units[at - from] === 0xfffd) return undefined;
    }
    return undefined;
  }

  /** A text that is empty, has blanks at its ends or may stand in brackets is left to the general reader. */
  #endText(bytes: Buffer, from: number, to: number, count: number): string | undefined {
    const first = bytes[from];
    if (to === from || to - from > this.#mostTextBytes || first === 0x20 || first === 0x3c || bytes[to - 1] === 0x20) return undefined;
    this.end = to;
    if (count === to - from && this.#utf8) return latin1(bytes, from, to);
    this.#unitBytes ??= Buffer.from(this.#units?.buffer ?? new ArrayBuffer(0));
    return (this.#unitBytes as NativeSlices).ucs2Slice(0, 2 * count);
  }
}

/** Whether CRLF CRLF stands at this place: the end of a strict message. */
export function endsMessage(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF;
}

function follows(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false;
  return true;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Whether all of these bytes are hexadecimal digits in upper case. */
function areHexDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x46 || (byte > 0x39 && byte < 0x41)) return false;
  }
  return true;
}

/** Two decimal digits, else not a number. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

/** What `Buffer.toString` comes down to; calling it directly halves the cost of a short string. */
interface NativeSlices extends Buffer {
  latin1Slice(from: number, to: number): string;
  ucs2Slice(from: number, to: number): string;
}

function latin1(bytes: Buffer, from: number, to: number): string {
  return (bytes as NativeSlices).latin1Slice(from, to);
}
