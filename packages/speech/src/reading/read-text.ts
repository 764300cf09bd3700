import type { Language } from '../language.ts';
import { readAbbreviation } from './abbreviations.ts';
import { readAnnouncedDate, readDate } from './dates.ts';
import { readHouseNumber } from './house-numbers.ts';
import { readAnnouncedPrice, readMoney } from './money.ts';
import { readCompound, readDetermined, readNumberedNoun, readNumberWithEnding } from './ordinal-numbers.ts';
import { readAnnouncedPhone, readPhone } from './phones.ts';
import { readAnnouncedPlate, readPlate } from './plates.ts';
import { readQuantity } from './quantities.ts';
import { readRate } from './rates.ts';
import { isLetterAt, matchAt, type Piece, type Place, type Reader } from './reading.ts';
import { signWords } from './signs.ts';
import { readAnnouncedTime, readHour, readTime } from './times.ts';

/** A stretch of a text of which is known what it is. */
export interface Expected {
  readonly start: number;
  readonly end: number;
  readonly kind: ReadingKind;
}

/** What {@link Expected} can name. */
export type ReadingKind = 'number' | 'plate' | 'time' | 'price' | 'phone' | 'date';

/** By what is expected: the reader that tolerates more than it would in the middle of any text. */
export const EXPECTED_READERS: Readonly<Record<ReadingKind, Reader>> = {
  number: readQuantity,
  plate: readAnnouncedPlate,
  time: readAnnouncedTime,
  price: readAnnouncedPrice,
  phone: readAnnouncedPhone,
  date: readAnnouncedDate,
};

/** Tried in this order where a digit stands; the last one reads every number. */
const NUMBER_READERS: readonly Reader[] = [
  readDate,
  readTime,
  readMoney,
  readPlate,
  readPhone,
  readHour,
  readNumberWithEnding,
  readCompound,
  readNumberedNoun,
  readDetermined,
  readHouseNumber,
  readQuantity,
];
const WORD_READERS: readonly Reader[] = [readPlate, readAbbreviation];
const SIGN_READERS: readonly Reader[] = [readPhone, readMoney, readRate];

const WORD = /\p{L}(?:[\p{L}']*\p{L})?/uy;

/**
 * Divides a speakable text into pieces with the words said for each. Linear: every reader looks at a bounded stretch, and each
 * character is passed once.
 */
export function readText(text: string, language: Language, expected: readonly Expected[] = []): readonly Piece[] {
  const pieces: Piece[] = [];
  const byStart = new Map(expected.map((each) => [each.start, each]));
  let at = 0;
  while (at < text.length) {
    const place = { text, at, language };
    const here = byStart.get(at);
    const found = (here === undefined ? undefined : readExpected(place, here)) ?? readAt(place);
    pieces.push(...found);
    at = Math.max(at + 1, found.at(-1)?.end ?? 0);
  }
  return pieces;
}

function readExpected(place: Place, { kind, end }: Expected): readonly Piece[] | undefined {
  const pieces = EXPECTED_READERS[kind](place);
  return pieces !== undefined && (pieces.at(-1)?.end ?? 0) >= end ? pieces : undefined;
}

function readAt(place: Place): readonly Piece[] {
  const { text, at } = place;
  const character = text.charAt(at);
  const isLetter = isLetterAt(text, at);
  for (const reader of isLetter ? WORD_READERS : /\d/u.test(character) ? NUMBER_READERS : SIGN_READERS) {
    const pieces = reader(place);
    if (pieces !== undefined) return pieces;
  }
  const word = isLetter ? matchAt(WORD, text, at) : undefined;
  if (word !== undefined) return [{ start: at, end: at + word[0].length, words: word[0] }];
  return [{ start: at, end: at + 1, words: signWords(place) }];
}
