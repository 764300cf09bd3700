import { CAR_TYPES } from '../car-type.ts';
import type { Ack, Message } from '../message.ts';
import { NOTIFICATION_STATUSES } from '../notification-status.ts';
import type { TextEncoding } from '../text-encoding.ts';
import { word } from './phrases.ts';
import { writeText } from './text-writer.ts';
import { writeGuid, writePhone, writeTime } from './value-writers.ts';

/** No message that is written here has more bytes. */
export const MOST_STRICT_BYTES = 1200;

/** What cannot be written here; the general writer writes or refuses it. */
const LEFT = -1;

// Whole messages with gaps for the values: to copy all of one natively costs no more than fifteen bytes in a loop.
const NUMBER = '0000000000';
const GUID = '00000000-0000-0000-0000-000000000000';
const DIAL = ascii(`Message: Dial\r\nTel: ${NUMBER}\r\n\r\n`);
const CONFERENCE = ascii(`Message: Conference\r\nTel1: ${NUMBER}\r\nTel2: ${NUMBER}\r\n\r\n`);
const SAY_TEXT = ascii(`Message: SayText\r\nNumberToCall: ${NUMBER}\r\nTextToSay: `);
const ACK_COMPACT = ascii('Message:ACK\r\nError:OK\r\n\r\n');
const CALLS = frames(CAR_TYPES, (carType) => `Message: Call\r\nCallerID: ${NUMBER}\r\nCarType: ${carType}\r\n\r\n`);
const STATUSES = frames(
  NOTIFICATION_STATUSES,
  (status) => `Message: SayTextStatus\r\nGuid: ${GUID}\r\nStatus: ${status}\r\nStatusChangedTime: 00.00.0000 00:00:00\r\n\r\n`,
);

/**
 * Writes a message with plain values straight into `target` and returns the offset after it, or -1 if it is left to the general writer.
 *
 * Only a shortcut: the bytes are those of `encodeMessage`, and whatever is odd in any way is left alone. What is left may have scribbled
 * on `target` from `offset` on. [reading 23]
 */
export function writeStrict(message: Message, target: Uint8Array, offset: number, encoding: TextEncoding, compactAck: boolean): number {
  if (target.length - offset < MOST_STRICT_BYTES) return LEFT;
  // The answer to nearly every message, in a function small enough for the compiler to put it where it is called.
  if (message.message !== 'ACK') return writeFrame(message, target, offset, encoding);
  if (message.error !== 'OK' || message.extra !== undefined) return LEFT;
  return compactAck ? put(target, offset, ACK_COMPACT) : putAck(target, offset);
}

function writeFrame(message: Exclude<Message, Ack>, target: Uint8Array, offset: number, encoding: TextEncoding): number {
  if (message.message === 'Unknown' || message.extra !== undefined) return LEFT;
  switch (message.message) {
    case 'SayTextStatus': {
      const frame = frameOf(STATUSES, message.status);
      if (frame === undefined) return LEFT;
      const end = put(target, offset, frame);
      return writeGuid(target, offset + 30, message.guid) && writeTime(target, end - 23, message.statusChangedTime) ? end : LEFT;
    }
    case 'SayText': {
      const text = put(target, offset, SAY_TEXT);
      if (!writePhone(target, offset + 32, message.numberToCall)) return LEFT;
      const end = writeText(target, text, message.textToSay, encoding);
      if (end < 0) return LEFT;
      putWord(target, end, CRLF_GU);
      putWord(target, end + 4, ID);
      putWord(target, end + 44, CRLF_CRLF);
      return writeGuid(target, end + 8, message.guid) ? end + 48 : LEFT;
    }
    case 'Call': {
      const frame = frameOf(CALLS, message.carType);
      if (frame === undefined) return LEFT;
      const end = put(target, offset, frame);
      return writePhone(target, offset + 25, message.callerId) ? end : LEFT;
    }
    case 'Dial': {
      const end = put(target, offset, DIAL);
      return writePhone(target, offset + 20, message.tel) ? end : LEFT;
    }
    case 'Conference': {
      const end = put(target, offset, CONFERENCE);
      return writePhone(target, offset + 27, message.tel1) && writePhone(target, offset + 45, message.tel2) ? end : LEFT;
    }
    default:
      message satisfies never;
      return LEFT;
  }
}

const MESS = word('Mess');
const AGE = word('age:');
const ACK = word(' ACK');
const ERR = word('\r\nEr');
const ROR = word('ror:');
const OK = word(' OK\r');
const CRLF_GU = word('\r\nGu');
const ID = word('id: ');
const CRLF_CRLF = word('\r\n\r\n');

/** From constants in the code: a third faster than a native copy. */
function putAck(target: Uint8Array, at: number): number {
  putWord(target, at, MESS);
  putWord(target, at + 4, AGE);
  putWord(target, at + 8, ACK);
  putWord(target, at + 12, ERR);
  putWord(target, at + 16, ROR);
  putWord(target, at + 20, OK);
  putWord(target, at + 23, CRLF_CRLF);
  return at + 27;
}

function putWord(target: Uint8Array, at: number, letters: number): void {
  target[at] = letters;
  target[at + 1] = letters >> 8;
  target[at + 2] = letters >> 16;
  target[at + 3] = letters >> 24;
}

function put(target: Uint8Array, at: number, bytes: Uint8Array): number {
  target.set(bytes, at);
  return at + bytes.length;
}

/** A message with gaps for the values, for one word of a list. */
interface Frame {
  readonly word: string;
  readonly bytes: Uint8Array;
}

/** The frames of all words of a list, each at its word's {@link place}, which no two of a list share. */
function frames<Word extends string>(words: readonly Word[], text: (known: Word) => string): readonly (Frame | undefined)[] {
  const all = Array.from<unknown, Frame | undefined>({ length: 128 }, () => undefined);
  for (const known of words) all[place(known)] = { word: known, bytes: ascii(text(known)) };
  return all;
}

/** Found by one addition and proved by one comparison: comparing with one word after another costs as much as writing the time. */
function frameOf(all: readonly (Frame | undefined)[], known: string): Uint8Array | undefined {
  if (typeof known !== 'string') return undefined;
  const frame = all[place(known)];
  return frame?.word === known ? frame.bytes : undefined;
}

function place(known: string): number {
  return (known.charCodeAt(0) + known.length) & 127;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
