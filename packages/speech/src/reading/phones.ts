import type { Language } from '../language.ts';
import { digitGroup, inPairs } from './digit-groups.ts';
import { isHouseLabelled, isPhoneLabelled } from './labels.ts';
import { matchAt, onePiece, type Piece, type Place } from './reading.ts';

/** Digit groups of the forms in which numbers are written; a digit may have up to two of space, hyphen, bracket before it. */
interface PhoneForm {
  readonly pattern: RegExp;
  /** How many digits a group has, as it is said. */
  readonly groups: readonly number[];
}

const NATIONAL = [3, 3, 2, 2];
/** «0 800 300 500». */
const TOLL_FREE = [1, 3, 3, 3];
const FORMS: readonly PhoneForm[] = [
  { pattern: phone('\\+?', '380', 9), groups: [2, ...NATIONAL] },
  { pattern: phone('\\(?', '0800', 6), groups: TOLL_FREE },
  { pattern: phone('\\(?', '0', 9), groups: NATIONAL },
  { pattern: phone('', '80', 9), groups: [1, ...NATIONAL] },
  { pattern: phone('\\+', '7', 10), groups: [1, ...NATIONAL] },
  { pattern: phone('', '8', 10), groups: [1, ...NATIONAL] },
  { pattern: phone('\\+', '', 13), groups: [2, 3, 3, 2, 2, 1] },
  { pattern: phone('\\+', '', 12), groups: [3, 3, 2, 2, 2] },
  { pattern: phone('\\+', '', 11), groups: [2, 3, 2, 2, 2] },
  { pattern: phone('\\+', '', 10), groups: [2, 2, 2, 2, 2] },
  { pattern: /9\d{9}(?!\d)/y, groups: NATIONAL },
  { pattern: /[78]\d{10}(?!\d)/y, groups: [1, ...NATIONAL] },
  { pattern: /\d{3}-\d{2}-\d{2}(?![-\d])/y, groups: [3, 2, 2] },
  { pattern: /\d{3}-\d{4}(?![-\d])/y, groups: [3, 2, 2] },
  { pattern: /\d{2}-\d{2}-\d{2}(?![-\d])/y, groups: [2, 2, 2] },
  { pattern: /\d-\d{2}-\d{2}(?![-\d])/y, groups: [1, 2, 2] },
];
const ANNOUNCED = /\d(?:[ -]?\d){2,9}(?!\d)/y;

/** «067 504-02-79» → «ноль шестьдесят семь, пятьсот четыре, ноль два, семьдесят девять», in every form numbers are written in. */
export function readPhone(place: Place): readonly Piece[] | undefined {
  for (const { pattern, groups } of FORMS) {
    const match = matchAt(pattern, place.text, place.at);
    // «дом 8 0675040279»: the house is not the trunk prefix.
    if (match !== undefined && !(/^\d /u.test(match[0]) && isHouseLabelled(place.text, place.at)))
      return onePiece(match, spoken(match[0], groups, place.language));
  }
  return isPhoneLabelled(place.text, place.at) ? readAnnouncedPhone(place) : undefined;
}

/** Digits where a phone number is expected: also short and local ones. */
export function readAnnouncedPhone(place: Place): readonly Piece[] | undefined {
  for (const { pattern, groups } of FORMS) {
    const match = matchAt(pattern, place.text, place.at);
    if (match !== undefined) return onePiece(match, spoken(match[0], groups, place.language));
  }
  const match = matchAt(ANNOUNCED, place.text, place.at);
  if (match === undefined) return undefined;
  const digits = match[0].replace(/\D/gu, '');
  // «7-555-555»: as it is divided, so it is said.
  const written = match[0].split(/\D/u);
  if (written.length > 2 && written.every(({ length }) => length <= 3))
    return onePiece(match, written.map((group) => digitGroup(group, place.language)).join(', '));
  return onePiece(match, digits.length === 3 ? digitGroup(digits, place.language) : inPairs(digits, place.language, ', '));
}

function phone(prefix: string, start: string, more: number): RegExp {
  const gap = '[ ()-]{0,2}';
  const head = start.split('').join(gap);
  const first = start === '' ? '\\d' : head;
  const rest = start === '' ? more - 1 : more;
  return new RegExp(`${prefix}${first}(?:${gap}\\d){${rest}}(?![\\d])(?! ?[:.]\\d)`, 'y');
}

const PLUS: Record<Language, string> = { ru: 'плюс', uk: 'плюс' };

function spoken(written: string, groups: readonly number[], language: Language): string {
  const digits = written.replace(/\D/gu, '');
  const parts: string[] = [];
  let at = 0;
  for (const length of groups) {
    parts.push(digitGroup(digits.slice(at, at + length), language));
    at += length;
  }
  const words = parts.filter((part) => part !== '').join(', ');
  return written.startsWith('+') ? `${PLUS[language]} ${words}` : words;
}
