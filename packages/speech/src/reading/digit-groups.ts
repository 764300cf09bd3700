import type { Language } from '../language.ts';
import { cardinal } from './numbers.ts';

/** A group of at most three digits as it is said in a plate or a phone number: leading zeros one by one, the rest as a number. */
export function digitGroup(digits: string, language: Language): string {
  const rest = digits.replace(/^0+/u, '');
  const zeros = digits.slice(0, digits.length - rest.length).split('');
  const words = zeros.map(() => cardinal(0, language));
  if (rest !== '') words.push(cardinal(Number(rest), language));
  return words.join(' ');
}

/** Digits without a form of their own: pairs, a group of three first where their count is odd. A single digit is itself. */
export function inPairs(digits: string, language: Language, pause = ' '): string {
  const first = digits.length % 2 === 0 ? 0 : Math.min(3, digits.length);
  const groups = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 2) groups.push(digits.slice(at, at + 2));
  return groups.map((group) => digitGroup(group, language)).join(pause);
}
