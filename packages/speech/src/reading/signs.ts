import type { Language } from '../language.ts';
import { type Place, wordBefore } from './reading.ts';

/** What joins two parts of a word: «тёмно-синий». */
export const HYPHEN = '-';

const NUMBER_SIGN: Record<Language, string> = { ru: 'номер', uk: 'номер' };
const AND: Record<Language, string> = { ru: 'и', uk: 'та' };
const PLUS: Record<Language, string> = { ru: 'плюс', uk: 'плюс' };
const PERCENT: Record<Language, string> = { ru: 'процентов', uk: 'відсотків' };
const MINUS: Record<Language, string> = { ru: 'минус', uk: 'мінус' };
const DOT: Record<Language, string> = { ru: 'точка', uk: 'крапка' };

/** What is said for a single sign that no reader took: its name, a pause, a hyphen, or nothing. */
export function signWords({ text, at, language }: Place): string {
  const sign = text.charAt(at);
  const before = text.charAt(at - 1);
  const after = text.charAt(at + 1);
  switch (sign) {
    case '.':
      // «taxi.ua»
      return /[A-Za-z\d]/u.test(before) && /[A-Za-z]/u.test(after) ? DOT[language] : sign;
    case ',':
    case '!':
    case '?':
    case ':':
    case ';':
      return sign;
    case '-':
      if (/\p{L}/u.test(before) && /\p{L}/u.test(after)) return HYPHEN;
      if (/^-\d{1,3} ?(?:°|градус)/u.test(text.slice(at, at + 12))) return MINUS[language];
      return before === ' ' && after === ' ' ? ',' : '';
    case '(':
    case ')':
    case '/':
      return ',';
    case '№':
      return wordBefore(text, at).toLowerCase() === 'номер' ? '' : NUMBER_SIGN[language];
    case '&':
      return AND[language];
    case '+':
      return /[\d \p{L}]/u.test(after) ? PLUS[language] : '';
    case '%':
      return PERCENT[language];
    default:
      return '';
  }
}
