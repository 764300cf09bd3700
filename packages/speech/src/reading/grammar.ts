import type { Language } from '../language.ts';
import { wordBefore } from './reading.ts';

/** Cases in the order in which the tables list them. */
export const CASES = ['nominative', 'genitive', 'dative', 'accusative', 'instrumental', 'prepositional'] as const;

/** A value of {@link CASES}; `prepositional` is also the Ukrainian locative. */
export type Case = (typeof CASES)[number];

/** The gender of the noun that a number counts. */
export type Gender = 'masculine' | 'feminine' | 'neuter';

/** Six forms of a word, in the order of {@link CASES}. */
export type Forms = readonly string[];

/** The form of a word in a case. */
export function inCase(forms: Forms, grammaticalCase: Case): string {
  return forms[CASES.indexOf(grammaticalCase)] ?? forms[0] ?? '';
}

/** Reads the tables: words separated by single spaces, a word of several by `_`. */
export function formsOf(list: string): Forms {
  return list.split(' ').map((form) => form.replaceAll('_', ' '));
}

const GOVERNORS: Record<Language, ReadonlyMap<string, Case>> = {
  ru: governors({
    genitive: `до от с со из у без для около возле после кроме более больше менее меньше свыше порядка течение течении позже позднее раньше
      ранее дольше старше младше напротив вдоль расстоянии`,
    dative: 'к ко',
    accusative: `через за на в во про под спустя по ждать ждите ждем ждём подождите подождать ожидать ожидайте займет займёт стоит
      стоить сумму составит составляет оплатите`,
    instrumental: 'перед между над',
    prepositional: 'о об при',
  }),
  uk: governors({
    genitive: `до від з із зі без для біля близько коло після протягом упродовж впродовж більше більш менше менш пізніше раніше довше
      порядку навпроти напроти відстані`,
    accusative: `через за на в у про під по понад чекати чекайте зачекайте зачекати почекайте очікуйте очікувати займе коштує коштуватиме суму
      складе складає становить сплатіть оплатіть`,
    // Not of the written language, but of many a dispatcher.
    dative: 'к ко',
    instrumental: 'перед між над',
    prepositional: 'о об при',
  }),
};

/** The case that a preposition, a comparison or a verb asks of the number behind it; nominative words give `undefined`. */
export function caseAfter(word: string, language: Language): Case | undefined {
  return GOVERNORS[language].get(word.toLowerCase());
}

const NUMBER_AND = /(?:^| )(\p{L}{1,8}) \d{1,4}(?:[:.]\d{2})?(?:-\d{1,4})? (?:и|или|і|й|та|або|чи) ?$/iu;

/**
 * The case that what stands before an offset asks: a preposition also of the second number («между 12:00 и 13:00»), «рядом с» an
 * instrumental.
 */
export function caseAsked(text: string, at: number, language: Language): Case | undefined {
  const before = wordBefore(text, at);
  const stretch = text.slice(Math.max(0, at - 40), at);
  if (/(?:^| )(?:рядом со?|вместе со?|поруч із?|поруч зі?|разом зі?|разом із) ?$/iu.test(stretch)) return 'instrumental';
  return caseAfter(before, language) ?? caseAfter(NUMBER_AND.exec(stretch)?.[1] ?? '', language);
}

function governors(lists: Readonly<Record<Exclude<Case, 'nominative'>, string>>): ReadonlyMap<string, Case> {
  const entries = Object.entries(lists) as [Case, string][];
  return new Map(entries.flatMap(([key, list]) => (list.match(/\S+/gu) ?? []).map((word): [string, Case] => [word, key])));
}
