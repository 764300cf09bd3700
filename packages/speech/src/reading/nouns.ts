import type { Language } from '../language.ts';
import { COUNTED_NOUNS } from './counted-nouns.ts';
import { type Case, CASES, type Forms, formsOf, type Gender, inCase } from './grammar.ts';
import { pluralClass } from './numbers.ts';

/** A noun that texts count. */
export interface Noun {
  readonly gender: Gender;
  readonly singular: Forms;
  /** Ukrainian: the nominative is the form after 2, 3, 4. */
  readonly plural: Forms;
  /** `living`: «двух пассажиров»; `person`: only «одного человека»; else the accusative is the nominative. */
  readonly animate: 'living' | 'person' | 'no';
  /** Written by machines, often in one form for all numbers («1 минут»): its form is corrected. */
  readonly isUnit: boolean;
}

const NOUNS: Record<Language, ReadonlyMap<string, Noun>> = { ru: lexicon('ru'), uk: lexicon('uk') };

/** The counted noun that a word is a form of, or abbreviates (without the dot). */
export function countedNoun(word: string, language: Language): Noun | undefined {
  return NOUNS[language].get(withoutYo(word));
}

/** Whether a number in a case takes the animate forms: «одного человека», «двух пассажиров», but «двадцать два пассажира». */
export function isAnimate(noun: Noun, value: number, wanted: Case): boolean {
  if (wanted !== 'accusative' || noun.animate === 'no') return false;
  return pluralClass(value) === 'one' || (noun.animate === 'living' && value < 5);
}

/** The form of a noun behind a number in a case: «одна минута», «две минуты», «до двух минут». */
export function nounForm(noun: Noun, value: number, wanted: Case, language: Language): string {
  const plural = pluralClass(value);
  if (plural === 'one') return inCase(noun.singular, wanted);
  if (wanted !== 'nominative' && wanted !== 'accusative') return inCase(noun.plural, wanted);
  if (plural === 'many' || isAnimate(noun, value, wanted)) return inCase(noun.plural, 'genitive');
  return language === 'ru' ? inCase(noun.singular, 'genitive') : inCase(noun.plural, 'nominative');
}

/**
 * The case that the written form of a noun shows behind a number, `asked` being the one that the word before governs; nothing
 * when the form does not go with the number at all («2 минут» by itself, «1 грн»).
 */
export function writtenCase(noun: Noun, written: string, value: number, asked: Case | undefined, language: Language): Case | undefined {
  const possible = CASES.filter((each) => withoutYo(nounForm(noun, value, each, language)) === withoutYo(written));
  return asked !== undefined && possible.includes(asked) ? asked : possible[0];
}

function lexicon(language: Language): ReadonlyMap<string, Noun> {
  const nouns = new Map<string, Noun>();
  for (const line of COUNTED_NOUNS[language].trim().split('\n')) {
    const [kind = '', singular = '', plural = '', abbreviations = ''] = line.split('|').map((part) => part.trim());
    const noun: Noun = {
      gender: kind.startsWith('f') ? 'feminine' : kind.startsWith('n') ? 'neuter' : 'masculine',
      singular: formsOf(singular),
      plural: formsOf(plural),
      animate: kind.endsWith('living') ? 'living' : kind.endsWith('person') ? 'person' : 'no',
      isUnit: kind.endsWith('unit'),
    };
    for (const word of [...noun.singular, ...noun.plural, ...abbreviations.split(' ')])
      if (word !== '' && !nouns.has(withoutYo(word))) nouns.set(withoutYo(word), noun);
  }
  return nouns;
}

function withoutYo(word: string): string {
  return word.toLowerCase().replaceAll('ё', 'е');
}
