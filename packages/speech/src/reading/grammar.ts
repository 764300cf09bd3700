import type { Language } from '../language.ts';

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
      ранее дольше старше младше`,
    dative: 'к ко',
    accusative: `через за на в во про под спустя по ждать ждите ждем ждём подождите подождать ожидать ожидайте займет займёт стоит
      оплатите`,
    instrumental: 'перед между над',
    prepositional: 'о об при',
  }),
  uk: governors({
    genitive: `до від з із зі без для біля близько коло після протягом упродовж впродовж більше більш менше менш пізніше раніше довше
      порядку`,
    accusative: `через за на в у про під по понад чекати чекайте зачекайте зачекати почекайте очікуйте очікувати займе коштує сплатіть
      оплатіть`,
    dative: '',
    instrumental: 'перед між над',
    prepositional: 'о об при',
  }),
};

/** The case that a preposition, a comparison or a verb asks of the number behind it; nominative words give `undefined`. */
export function caseAfter(word: string, language: Language): Case | undefined {
  return GOVERNORS[language].get(word.toLowerCase());
}

function governors(lists: Readonly<Record<Exclude<Case, 'nominative'>, string>>): ReadonlyMap<string, Case> {
  const entries = Object.entries(lists) as [Case, string][];
  return new Map(entries.flatMap(([key, list]) => (list.match(/\S+/gu) ?? []).map((word): [string, Case] => [word, key])));
}
