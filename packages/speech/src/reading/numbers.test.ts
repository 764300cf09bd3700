import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rows } from '../../test/spoken-rows.ts';
import type { Language } from '../language.ts';
import { CASES, type Gender } from './grammar.ts';
import { cardinal, LARGEST_NUMBER, pluralClass } from './numbers.ts';
import { LARGEST_ORDINAL, ordinal } from './ordinals.ts';

/** Written anew, digit by digit, so that it shares nothing with the tables under test. */
const DIGITS: Record<Language, { ones: string; feminine: string; neuter: string; teens: string; tens: string; hundreds: string }> = {
  ru: {
    ones: '|один|два|три|четыре|пять|шесть|семь|восемь|девять',
    feminine: 'одна|две',
    neuter: 'одно|два',
    teens: 'десять|одиннадцать|двенадцать|тринадцать|четырнадцать|пятнадцать|шестнадцать|семнадцать|восемнадцать|девятнадцать',
    tens: '||двадцать|тридцать|сорок|пятьдесят|шестьдесят|семьдесят|восемьдесят|девяносто',
    hundreds: '|сто|двести|триста|четыреста|пятьсот|шестьсот|семьсот|восемьсот|девятьсот',
  },
  uk: {
    ones: "|один|два|три|чотири|п'ять|шість|сім|вісім|дев'ять",
    feminine: 'одна|дві',
    neuter: 'одне|два',
    teens: "десять|одинадцять|дванадцять|тринадцять|чотирнадцять|п'ятнадцять|шістнадцять|сімнадцять|вісімнадцять|дев'ятнадцять",
    tens: "||двадцять|тридцять|сорок|п'ятдесят|шістдесят|сімдесят|вісімдесят|дев'яносто",
    hundreds: "|сто|двісті|триста|чотириста|п'ятсот|шістсот|сімсот|вісімсот|дев'ятсот",
  },
};

function threeDigits(value: number, language: Language, gender: Gender): string[] {
  const table = DIGITS[language];
  const [hundreds = 0, tens = 0, ones = 0] = String(value).padStart(3, '0').split('').map(Number);
  const pick = (list: string, at: number): string => list.split('|')[at] ?? '';
  const last = tens === 1 ? pick(table.teens, ones) : ones > 0 && ones < 3 && gender !== 'masculine' ? pick(table[gender], ones - 1) : '';
  const tensWord = tens === 1 ? '' : pick(table.tens, tens);
  return [pick(table.hundreds, hundreds), tensWord, last === '' ? pick(table.ones, ones) : last].filter((word) => word !== '');
}

function independent(value: number, language: Language, gender: Gender): string {
  if (value === 0) return language === 'ru' ? 'ноль' : 'нуль';
  const thousands = Math.floor(value / 1000);
  const names = language === 'ru' ? ['тысяча', 'тысячи', 'тысяч'] : ['тисяча', 'тисячі', 'тисяч'];
  const lastTwo = thousands % 100;
  const name =
    lastTwo > 10 && lastTwo < 20
      ? names[2]
      : [names[2], names[0], names[1], names[1], names[1], ...Array<string>(5).fill(names[2] ?? '')][thousands % 10];
  const head = thousands === 0 ? [] : thousands === 1 ? [name ?? ''] : [...threeDigits(thousands, language, 'feminine'), name ?? ''];
  return [...head, ...threeDigits(value % 1000, language, gender)].join(' ');
}

const GENDERS = ['masculine', 'feminine', 'neuter'] as const;

test.each(['ru', 'uk'] as const)(
  '%s: every number to 2,000 and samples to 999,999 agree with a construction of their own',
  (language) => {
    for (const gender of GENDERS)
      for (let value = 0; value < 2000; value += 1)
        expect(cardinal(value, language, { gender })).toBe(independent(value, language, gender));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(...GENDERS), (value, gender) => {
        expect(cardinal(value, language, { gender })).toBe(independent(value, language, gender));
      }),
      { numRuns: 2000 },
    );
  },
  30_000,
);

test('no case of any number has an empty or double word', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: LARGEST_NUMBER }),
      fc.constantFrom('ru' as const, 'uk' as const),
      fc.constantFrom(...GENDERS),
      fc.constantFrom(...CASES),
      (value, language, gender, wanted) => {
        expect(cardinal(value, language, { gender, case: wanted })).toMatch(/^[а-яёіїєґ']+(?: [а-яёіїєґ']+)*$/u);
      },
    ),
    { numRuns: 2000 },
  );
  for (let value = 0; value <= LARGEST_ORDINAL; value += 1)
    for (const language of ['ru', 'uk'] as const)
      expect(ordinal(value, language, 'feminine', 'genitive')).toMatch(/^[а-яёіїєґ']+(?: [а-яёіїєґ']+)* ?$/u);
}, 120_000);

describe('cases of Russian numbers: nominative, genitive, dative, instrumental, prepositional', () => {
  test.each(
    rows(`
      1 → один, одного, одному, одним, одном
      2 → два, двух, двум, двумя, двух
      3 → три, трёх, трём, тремя, трёх
      5 → пять, пяти, пяти, пятью, пяти
      8 → восемь, восьми, восьми, восемью, восьми
      11 → одиннадцать, одиннадцати, одиннадцати, одиннадцатью, одиннадцати
      40 → сорок, сорока, сорока, сорока, сорока
      56 → пятьдесят шесть, пятидесяти шести, пятидесяти шести, пятьюдесятью шестью, пятидесяти шести
      90 → девяносто, девяноста, девяноста, девяноста, девяноста
      104 → сто четыре, ста четырёх, ста четырём, ста четырьмя, ста четырёх
      200 → двести, двухсот, двумстам, двумястами, двухстах
      345 → триста сорок пять, трёхсот сорока пяти, трёмстам сорока пяти, тремястами сорока пятью, трёхстах сорока пяти
      800 → восемьсот, восьмисот, восьмистам, восемьюстами, восьмистах
      1000 → тысяча, тысячи, тысяче, тысячей, тысяче
      2000 → две тысячи, двух тысяч, двум тысячам, двумя тысячами, двух тысячах
      1000000 → миллион, миллиона, миллиону, миллионом, миллионе
      5000000 → пять миллионов, пяти миллионов, пяти миллионам, пятью миллионами, пяти миллионах
    `),
  )('%s', (value, expected) => {
    const forms = (['nominative', 'genitive', 'dative', 'instrumental', 'prepositional'] as const).map((each) =>
      cardinal(Number(value), 'ru', { case: each }),
    );
    expect(forms.join(', ')).toBe(expected);
  });
});

describe('cases of Ukrainian numbers: nominative, genitive, dative, instrumental, locative', () => {
  test.each(
    rows(`
      1 → один, одного, одному, одним, одному
      2 → два, двох, двом, двома, двох
      4 → чотири, чотирьох, чотирьом, чотирма, чотирьох
      5 → п'ять, п'яти, п'яти, п'ятьма, п'яти
      7 → сім, семи, семи, сьома, семи
      8 → вісім, восьми, восьми, вісьма, восьми
      12 → дванадцять, дванадцяти, дванадцяти, дванадцятьма, дванадцяти
      40 → сорок, сорока, сорока, сорока, сорока
      60 → шістдесят, шістдесяти, шістдесяти, шістдесятьма, шістдесяти
      90 → дев'яносто, дев'яноста, дев'яноста, дев'яноста, дев'яноста
      200 → двісті, двохсот, двомстам, двомастами, двохстах
      700 → сімсот, семисот, семистам, сьомастами, семистах
      1000 → тисяча, тисячі, тисячі, тисячею, тисячі
      3000 → три тисячі, трьох тисяч, трьом тисячам, трьома тисячами, трьох тисячах
      2000000 → два мільйони, двох мільйонів, двом мільйонам, двома мільйонами, двох мільйонах
    `),
  )('%s', (value, expected) => {
    const forms = (['nominative', 'genitive', 'dative', 'instrumental', 'prepositional'] as const).map((each) =>
      cardinal(Number(value), 'uk', { case: each }),
    );
    expect(forms.join(', ')).toBe(expected);
  });
});

describe('ordinals', () => {
  test.each(
    rows(`
      0 → нулевой | нульовий
      1 → первый | перший
      2 → второй | другий
      3 → третий | третій
      4 → четвёртый | четвертий
      6 → шестой | шостий
      7 → седьмой | сьомий
      8 → восьмой | восьмий
      19 → девятнадцатый | дев'ятнадцятий
      40 → сороковой | сороковий
      43 → сорок третий | сорок третій
      50 → пятидесятый | п'ятдесятий
      90 → девяностый | дев'яностий
      100 → сотый | сотий
      112 → сто двенадцатый | сто дванадцятий
      250 → двести пятидесятый | двісті п'ятдесятий
      1000 → тысячный | тисячний
      1999 → тысяча девятьсот девяносто девятый | тисяча дев'ятсот дев'яносто дев'ятий
      2000 → двухтысячный | двотисячний
      2026 → две тысячи двадцать шестой | дві тисячі двадцять шостий
    `),
  )('%s', (value, expected) => {
    const forms = (['ru', 'uk'] as const).map((language) => ordinal(Number(value), language, 'masculine', 'nominative'));
    expect(forms.join(' | ')).toBe(expected);
  });
});

test('1, 21, 101 take the singular, 2–4 and 22–24 the few, 11–14 and the rest the many', () => {
  expect([1, 21, 101, 1001].map(pluralClass)).toEqual(['one', 'one', 'one', 'one']);
  expect([2, 3, 4, 22, 34, 102].map(pluralClass)).toEqual(Array(6).fill('few'));
  expect([0, 5, 9, 10, 11, 12, 13, 14, 20, 25, 111, 112, 1011].map(pluralClass)).toEqual(Array(13).fill('many'));
});

test.each([-1, 1.5, Number.NaN, LARGEST_NUMBER + 1])('%s is no number to read', (value) => {
  expect(() => cardinal(value, 'ru')).toThrow(RangeError);
});

test.each([-1, 0.5, LARGEST_ORDINAL + 1])('%s has no ordinal', (value) => {
  expect(() => ordinal(value, 'uk', 'masculine', 'nominative')).toThrow(RangeError);
});
