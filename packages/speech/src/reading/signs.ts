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
      if (/[A-Za-z\d]/u.test(before) && /[A-Za-z]/u.test(after)) return DOT[language];
      return isInitial(text, at) ? '' : sign;
    case ',':
    case '!':
    case '?':
    case ':':
    case ';':
      return sign;
    case '-':
      if (/\p{L}/u.test(before) && /\p{L}/u.test(after)) return HYPHEN;
      if (/^-\d{1,3} ?(?:°|градус)/u.test(text.slice(at, at + 12)) || isBelowZero(text, at)) return MINUS[language];
      return (before === ' ' && after === ' ') || /^\d-\d$/u.test(before + sign + after) ? ',' : '';
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

/** «баланс: -25 грн»: behind other words it is a dash. */
function isBelowZero(text: string, at: number): boolean {
  return (
    /^-\d/u.test(text.slice(at, at + 2)) &&
    /(?:баланс|остаток|залишок|температура)\p{L}{0,2}:? ?$/iu.test(text.slice(Math.max(0, at - 16), at))
  );
}

/** «ул. Б. Хмельницкого», «Иванов И.И.»: the dot of an initial ends no sentence; «дом А. Ждите» is none. */
function isInitial(text: string, dot: number): boolean {
  if (!/(?:^|[^\p{L}])\p{Lu}$/u.test(text.slice(Math.max(0, dot - 2), dot))) return false;
  if (/^ ?\p{Lu}\./u.test(text.slice(dot + 1, dot + 4))) return true;
  const before = text.slice(Math.max(0, dot - 9), dot - 1);
  return /\p{Lu}\. ?$/u.test(before) || /(?:^|[^\p{L}])(?:в?ул|пр|просп|пл|пер|пров|бул|наб|[иі]м)\.? ?$/iu.test(before);
}
