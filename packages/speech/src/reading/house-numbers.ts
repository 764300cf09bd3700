import type { Language } from '../language.ts';
import { cardinal } from './numbers.ts';
import { isHouseLabelled, isLabelled } from './labels.ts';
import { letterNames } from './letters.ts';
import { countedNoun } from './nouns.ts';
import { matchAt, onePiece, type Piece, type Place } from './reading.ts';

const LETTER = '[а-яієїґa-z]';
const FRACTION = new RegExp(`(\\d{1,4})(${LETTER}?)/(\\d{1,4})(${LETTER}?)(?![\\p{L}\\d/])`, 'iuy');
const FRACTION_LETTER = new RegExp(`(\\d{1,4})/(${LETTER})(?![\\p{L}\\d/])`, 'iuy');
const CORPUS = /(\d{1,4})(к|корп|кор|с|стр)\.?(\d{1,3})(?![\p{L}\d])/iuy;
const GLUED = new RegExp(`(\\d{1,4})(${LETTER})(?![\\p{L}\\d'])`, 'iuy');
const HYPHEN = new RegExp(`(\\d{1,4})(?:-| ?"|-")(${LETTER})(?![\\p{L}\\d'])"?`, 'iuy');
const APART = /(\d{1,4}) ([А-ДЄҐ])(?![\p{L}\d'.])/uy;

const FRACTION_WORD: Record<Language, string> = { ru: 'дробь', uk: 'дріб' };
const CORPUS_WORDS: Record<Language, Readonly<Record<'corpus' | 'building', string>>> = {
  ru: { corpus: 'корпус', building: 'строение' },
  uk: { corpus: 'корпус', building: 'будова' },
};

/** «12а» → «двенадцать а», «5/7» → «пять дробь семь», «5к2» → «пять корпус два», «12-Б», «12 "А"». */
export function readHouseNumber(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const number = (digits = ''): string => cardinal(Number(digits), language);
  const name = (letter = ''): string => (letter === '' ? '' : ` ${letterNames(letter, language)}`);
  const fraction = matchAt(FRACTION, text, at);
  if (fraction?.[0] === '24/7') return onePiece(fraction, `${number('24')} на ${number('7')}`);
  if (fraction !== undefined) {
    const words = `${number(fraction[1])}${name(fraction[2])} ${FRACTION_WORD[language]} ${number(fraction[3])}${name(fraction[4])}`;
    return onePiece(fraction, words);
  }
  const byLetter = matchAt(FRACTION_LETTER, text, at);
  if (byLetter !== undefined) return onePiece(byLetter, `${number(byLetter[1])} ${FRACTION_WORD[language]}${name(byLetter[2])}`);
  const corpus = matchAt(CORPUS, text, at);
  if (corpus !== undefined) {
    const word = CORPUS_WORDS[language][(corpus[2] ?? '').toLowerCase().startsWith('к') ? 'corpus' : 'building'];
    return onePiece(corpus, `${number(corpus[1])} ${word} ${number(corpus[3])}`);
  }
  const match = matchAt(GLUED, text, at) ?? matchAt(HYPHEN, text, at) ?? (isHouseLabelled(text, at) ? matchAt(APART, text, at) : undefined);
  if (match === undefined) return undefined;
  const letter = match[2] ?? '';
  // «5м», «15ч» are measures unless a house is spoken of.
  if (!match[0].includes('"') && !isLabelled(text, at) && countedNoun(letter, language) !== undefined) return undefined;
  return onePiece(match, `${number(match[1])}${name(letter)}`);
}
