import type { Buffer } from 'node:buffer';
import { CAR_TYPES, type CarType } from '../car-type.ts';
import type { Guid } from '../guid.ts';
import type { DecoderLimits } from '../limits.ts';
import type { Message } from '../message.ts';
import { NOTIFICATION_STATUSES, type NotificationStatus } from '../notification-status.ts';
import { TEXT_ENCODINGS, type TextEncoding } from '../text-encoding.ts';
import {
  isAckOk,
  isCallerId,
  isCarType,
  isGuid,
  isMessage,
  isNumberToCall,
  isStatus,
  isStatusChangedTime,
  isStatusGuid,
  isTel,
  isTel1,
  isTel2,
  isTextToSay,
  word,
  wordAt,
} from './phrases.ts';
import { MOST_TEXT_BYTES, StrictTextReader } from './text-reader.ts';
import { isStrictGuid, latin1, readStrictPhone, readStrictTime } from './values.ts';

const CR = 0x0d;
const CALL = word('Call');
const CONFERENCE = word('Conf');
const DIAL = word('Dial');
const SAY_TEXT = word('SayT');
const STATUSES = NOTIFICATION_STATUSES.map(toKnownWord);
const CAR_TYPE_WORDS = CAR_TYPES.map(toKnownWord);

/**
 * Reads one message that is, byte for byte, in the strict form with plain values: what this package itself writes. [reading 23]
 *
 * It predicts: all but the values stands at known places after one another, and is compared there instead of being looked for.
 * The number of bytes that a message has at least is made sure of first, since one look beyond the end makes all looks slower.
 */
export class StrictReader {
  /** Where the last message that was read ends, its last two line ends not included. */
  end = 0;
  /** Whether the last message that was read was taken for windows-1251, as `auto` has it. [reading 22] */
  assumed = false;
  readonly #text: StrictTextReader;

  constructor(encoding: TextEncoding, mostCharacters: number) {
    this.#text = new StrictTextReader(encoding, mostCharacters);
  }

  /** The message that begins at `at`, if it is one of the strict form; sets {@link end}, of what stands there the caller is to judge. */
  read(bytes: Buffer, at: number): Message | undefined {
    this.assumed = false;
    if (at + 27 > bytes.length || !isMessage(bytes, at)) return undefined;
    switch (wordAt(bytes, at + 9)) {
      case SAY_TEXT:
        return bytes[at + 16] === CR ? this.#sayText(bytes, at) : this.#sayTextStatus(bytes, at);
      case CALL:
        return this.#call(bytes, at);
      case DIAL:
        return this.#dial(bytes, at);
      case CONFERENCE:
        return this.#conference(bytes, at);
      default:
        if (!isAckOk(bytes, at + 9)) return undefined;
        this.end = at + 23;
        return { message: 'ACK', error: 'OK' };
    }
  }

  #dial(bytes: Buffer, at: number): Message | undefined {
    if (at + 34 > bytes.length || !isTel(bytes, at + 13)) return undefined;
    const tel = readStrictPhone(bytes, at + 20);
    if (tel === undefined) return undefined;
    this.end = at + 30;
    return { message: 'Dial', tel };
  }

  #call(bytes: Buffer, at: number): Message | undefined {
    if (at + 57 > bytes.length || !isCallerId(bytes, at + 13) || !isCarType(bytes, at + 35)) return undefined;
    const callerId = readStrictPhone(bytes, at + 25);
    if (callerId === undefined) return undefined;
    const carType = this.#word<CarType>(bytes, at + 46, CAR_TYPE_WORDS);
    return carType === undefined ? undefined : { message: 'Call', callerId, carType };
  }

  #conference(bytes: Buffer, at: number): Message | undefined {
    if (at + 59 > bytes.length || !isTel1(bytes, at + 13) || !isTel2(bytes, at + 37)) return undefined;
    const tel1 = readStrictPhone(bytes, at + 27);
    const tel2 = readStrictPhone(bytes, at + 45);
    if (tel1 === undefined || tel2 === undefined) return undefined;
    this.end = at + 55;
    return { message: 'Conference', tel1, tel2 };
  }

  #sayText(bytes: Buffer, at: number): Message | undefined {
    if (at + 104 > bytes.length || !isNumberToCall(bytes, at + 13) || !isTextToSay(bytes, at + 42)) return undefined;
    const numberToCall = readStrictPhone(bytes, at + 32);
    if (numberToCall === undefined) return undefined;
    const textToSay = this.#text.read(bytes, at + 55);
    if (textToSay === undefined) return undefined;
    const { end } = this.#text;
    if (end + 48 > bytes.length || !isGuid(bytes, end) || !isStrictGuid(bytes, end + 8)) return undefined;
    this.end = end + 44;
    this.assumed = this.#text.assumed;
    return { message: 'SayText', numberToCall, textToSay, guid: latin1(bytes, end + 8, end + 44) as Guid };
  }

  #sayTextStatus(bytes: Buffer, at: number): Message | undefined {
    if (at + 124 > bytes.length || !isStatusGuid(bytes, at + 13) || !isStatus(bytes, at + 66)) return undefined;
    if (!isStrictGuid(bytes, at + 30)) return undefined;
    const status = this.#word<NotificationStatus>(bytes, at + 76, STATUSES);
    const { end } = this;
    if (status === undefined || end + 44 > bytes.length || !isStatusChangedTime(bytes, end)) return undefined;
    const statusChangedTime = readStrictTime(bytes, end + 21);
    if (statusChangedTime === undefined) return undefined;
    this.end = end + 40;
    return { message: 'SayTextStatus', guid: latin1(bytes, at + 30, at + 66) as Guid, status, statusChangedTime };
  }

  /** One of a few words, told apart by their first four letters; the message is long enough for the longest. */
  #word<Word extends string>(bytes: Buffer, at: number, words: readonly KnownWord<Word>[]): Word | undefined {
    const start = wordAt(bytes, at);
    for (let index = 0; index < words.length; index++) {
      const known = words[index];
      if (known === undefined || known.start !== start) continue;
      for (let rest = 4; rest < known.length; rest++) if (bytes[at + rest] !== known.word.charCodeAt(rest)) return undefined;
      this.end = at + known.length;
      return known.word;
    }
    return undefined;
  }
}

/** One for all decoders of an encoding: what it remembers is asked for within the call that read it. */
const READERS: ReadonlyMap<TextEncoding, StrictReader> = new Map(
  TEXT_ENCODINGS.map((encoding) => [encoding, new StrictReader(encoding, MOST_TEXT_BYTES)]),
);

/** The reader of an encoding. What it says of the last message is to be taken before anything else is called. */
export function strictReader(encoding: TextEncoding, { textCharacters }: DecoderLimits): StrictReader {
  const shared = textCharacters >= MOST_TEXT_BYTES ? READERS.get(encoding) : undefined;
  return shared ?? new StrictReader(encoding, textCharacters);
}

interface KnownWord<Word extends string> {
  readonly word: Word;
  readonly start: number;
  readonly length: number;
}

function toKnownWord<Word extends string>(text: Word): KnownWord<Word> {
  return { word: text, start: word(text), length: text.length };
}
