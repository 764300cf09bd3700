import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpeechError } from './errors.ts';
import { createPhrasebook, LONGEST_TEMPLATE_TEXT, MOST_PHRASES, type PhraseMatch } from './phrasebook.ts';
import { MOST_SLOTS } from './template.ts';

const find = (texts: readonly string[], text: string): PhraseMatch | undefined =>
  createPhrasebook(texts.map((each) => ({ text: each }))).find(text);

describe('a known text is found', () => {
  const known = 'Машина по адресу. Пожалуйста, выходите';
  test.each([
    known,
    'Машина по адресу.Пожалуйста,выходите',
    '  машина  по адресу . Пожалуйста ,  выходите ! ',
    'МАШИНА ПО АДРЕСУ. ПОЖАЛУЙСТА, ВЫХОДИТЕ...',
    '«Машина по адресу. Пожалуйста, выходите»',
    'Maшинa по aдpecу. Пoжaлуйcтa, выхoдите',
    'Машина\u00A0по адресу.\r\nПожалуйста, выходите🚕',
    '<b>Машина по адресу. Пожалуйста, выходите</b>',
  ])('as %j', (text) => {
    expect(find(['Другое', known], text)).toEqual({ kind: 'phrase', phrase: { text: known } });
  });

  test.each(["Під'їхав", 'Під’їхав', 'Підʼїхав', 'Під`їхав', 'Підїхав', 'під"їхав'.replace('"', "'")])(
    'with the apostrophe of %j',
    (text) => {
      expect(find(['Під’їхав'], text)?.kind).toBe('phrase');
    },
  );

  test('with ё as е and е as ё', () => {
    expect(find(['Вас ждёт такси'], 'Вас ждет такси')?.kind).toBe('phrase');
    expect(find(['Вас ждет такси'], 'Вас ждёт такси')?.kind).toBe('phrase');
  });

  test('whole Latin words too', () => {
    expect(find(['Daewoo Lanos (белый)'], 'daewoo lanos(белый)')?.kind).toBe('phrase');
  });

  test.each(['Машина по адресу', 'Машина по адресу Пожалуйста выходите', 'Машина по адресу. Пожалуйста, не выходите', '', '🚕'])(
    'but %j is another',
    (text) => {
      expect(find([known], text)).toBeUndefined();
    },
  );

  test('the first of two that are the same', () => {
    const book = createPhrasebook([
      { text: 'Такси', readings: 1 },
      { text: 'такси!', readings: 2 },
    ]);
    expect(book.find('ТАКСИ')?.phrase.readings).toBe(1);
  });
});

test('a known text is preferred to a template, a template with more words to one with fewer', () => {
  const texts = ['{text}', 'Через {number} минут', 'Через {number} минут подъедет {text}', 'Через 5 минут', 'Через {text}'];
  expect(find(texts, 'через 5 минут')?.phrase.text).toBe('Через 5 минут');
  expect(find(texts, 'через 6 минут')?.phrase.text).toBe('Через {number} минут');
  expect(find(texts, 'через 6 минут подъедет Форд')?.phrase.text).toBe('Через {number} минут подъедет {text}');
  expect(find(texts, 'через шесть минут')?.phrase.text).toBe('Через {text}');
  expect(find(texts, 'нечто иное')?.phrase.text).toBe('{text}');
});

test('of templates with the same words the one with fewer {text} is preferred', () => {
  expect(find(['Едет {text}', 'Едет {plate}'], 'Едет АА1234ВВ')?.phrase.text).toBe('Едет {plate}');
});

describe('slots take what they name', () => {
  const value = (template: string, text: string): readonly string[] | undefined => {
    const match = find([template], text);
    return match?.kind === 'template' ? match.slots.map((slot) => `${slot.name}=${slot.value}`) : undefined;
  };

  test.each([
    ['Через {number} минут', 'через 15 минут', ['number=15']],
    ['Через {number} мин', 'Через 5мин', undefined],
    ['Через {number} минут', 'Через пять минут', undefined],
    ['Через {number} км', 'Через 2.5 км', ['number=2.5']],
    ['Борт {number}.Ждите', 'Борт 15. Ждите!', ['number=15']],
    ['Госномер {plate}', 'госномер АА 1234 ВВ.', ['plate=АА 1234 ВВ']],
    ['Госномер {plate}', 'госномер aa1234bb', ['plate=aa1234bb']],
    ['Госномер {plate}', 'госномер 1234', ['plate=1234']],
    ['Госномер {plate}', 'госномер нет', undefined],
    ['Подана в {time}', 'Подана в 15:30', ['time=15:30']],
    ['Подана в {time}', 'Подана в 15.30', ['time=15.30']],
    ['Подана в {time}', 'Подана в 25:30', undefined],
    ['Стоимость {price}', 'Стоимость 120 грн', ['price=120 грн']],
    ['Стоимость {price}', 'Стоимость 45.50 грн.', ['price=45.50 грн']],
    ['Стоимость {price} грн', 'Стоимость 120 грн', ['price=120']],
    ['Стоимость: {price} за поездку', 'Стоимость:120 руб. за поездку', ['price=120 руб']],
    ['Звоните {phone}', 'Звоните 067 504-02-79', ['phone=067 504-02-79']],
    ['Звоните {phone}', 'Звоните (067)504-02-79!', ['phone=(067)504-02-79']],
    ['Звоните {phone}', 'Звоните +380675040279', ['phone=+380675040279']],
    ['Заказ на {date}', 'Заказ на 03.11', ['date=03.11']],
    ['Заказ на {date} {time}', 'Заказ на 12.10 12.10', ['date=12.10', 'time=12.10']],
    ['Заказ на {date}', 'Заказ на 3 ноября 2026 г.', ['date=3 ноября 2026 г']],
    ['Едет {text}', 'Едет белый «Daewoo Lanos»', ['text=белый "Daewoo Lanos"']],
    ['Едет «{text}»', 'Едет «Ланос»', ['text=Ланос']],
    ['Едет {text}', 'Едет', undefined],
    ['Едет {text}', 'Едет !', undefined],
    ['{text} ждёт', 'Белый Ланос ждет', ['text=Белый Ланос']],
    ['{text}, {text}', 'Ланос, белый', ['text=Ланос', 'text=белый']],
    ['{text} {plate}', 'Ланос белый АА1234ВВ', ['text=Ланос белый', 'plate=АА1234ВВ']],
    ['{number} {number}', '5 20', ['number=5', 'number=20']],
  ] as const)('%s in %s', (template, text, slots) => {
    expect(value(template, text)).toEqual(slots);
  });
});

describe('a template is spoken with each slot by its reader', () => {
  const spoken = (template: string, text: string, language: 'ru' | 'uk'): string => {
    const match = find([template], text);
    return match?.kind === 'template'
      ? match
          .spoken(language)
          .map((part) => `${part.slot ?? '-'}: ${part.words}`)
          .join(' | ')
      : '';
  };

  test.each([
    ['Через {number} минут', 'Через 1 минут', 'ru', '-: Через | number: одну | -: минуту'],
    ['Через {number} хвилин', 'Через 2 хвилин', 'uk', '-: Через | number: дві | -: хвилини'],
    ['Номер {plate}. Ждите', 'Номер аа 1234 вв. Ждите', 'ru', '-: Номер | plate: а а, двенадцать тридцать четыре, вэ вэ. | -: Ждите'],
    ['Подана в {time}', 'Подана в 12.10', 'ru', '-: Подана в | time: двенадцать десять'],
    ['Буде о {time}', 'Буде о 9.05', 'uk', "-: Буде о | time: дев'ятій нуль п'ять"],
    ['Заказ {date}', 'Заказ 12.10', 'ru', '-: Заказ | date: двенадцатого октября'],
    ['Стоимость {price}', 'Стоимость 45.50 грн', 'ru', '-: Стоимость | price: сорок пять гривен пятьдесят копеек'],
    ['{price} за поездку', '1 грн за поездку', 'ru', 'price: одна гривна | -: за поездку'],
    ['Тел {phone}', 'тел 5040', 'ru', '-: телефон | phone: пятьдесят, сорок'],
    ['Едет {text}, {plate}', 'Едет Ланос, 1234', 'ru', '-: Едет | text: Ланос, | plate: двенадцать тридцать четыре'],
    ['Едет {text}', 'Едет машина на ул. Мира 5', 'ru', '-: Едет | text: машина на улицу Мира пять'],
  ] as const)('%s in %s', (template, text, language, expected) => {
    expect(spoken(template, text, language)).toBe(expected);
  });
});

describe('what is no phrase is refused by its index', () => {
  test.each([
    'через {x минут',
    'через x} минут',
    'через {minutes}',
    '{}',
    '{text}{text}',
    '{text} {text}',
    '{number} '.repeat(MOST_SLOTS + 1),
    '',
    '🚕',
    '...',
  ])('%j', (text) => {
    const make = (): unknown => createPhrasebook([{ text: 'Машина подана' }, { text }]);
    expect(make).toThrow(SpeechError);
    expect(make).toThrow(expect.objectContaining({ code: 'SPEECH_CONFIGURATION_INVALID', message: expect.stringContaining('phrases[1]') }));
  });

  test('more phrases than a phrasebook holds', () => {
    const phrases = Array.from({ length: MOST_PHRASES }, (_, index) => ({ text: `Фраза ${index} {number}` }));
    expect(createPhrasebook(phrases).find('фраза 4999 5')?.phrase).toBe(phrases[4999]);
    expect(() => createPhrasebook([...phrases, { text: 'ещё' }])).toThrow(/at most 5000/u);
  });
});

test('a text that is too long for templates still is a known text', () => {
  const long = 'слово '.repeat(LONGEST_TEMPLATE_TEXT / 5);
  const book = createPhrasebook([{ text: '{text}' }, { text: long }]);
  expect(book.find(long)?.kind).toBe('phrase');
  expect(book.find(`${long} другое`)).toBeUndefined();
});

const pieces = fc.constantFrom(
  '{text}',
  '{number}',
  '{plate}',
  '{time}',
  '{price}',
  '{phone}',
  '{date}',
  ' ',
  ', ',
  'через',
  '.',
  'грн',
  '5',
  '(',
  '"',
);
const textPieces = fc.constantFrom(...'АА1234ВВ|5|15:30|120 грн|067|0675040279|03.11| |, |через|.|грн|(|"|🚕|\uD800|{|ё'.split('|'));

/** What is found, nothing where the template is refused; every other error fails the test. */
function attempt(template: string, text: string): PhraseMatch | undefined {
  try {
    return find([template], text);
  } catch (error) {
    if (error instanceof SpeechError) return undefined;
    throw error;
  }
}

test('any template on any text: found slots lie in the text, in order; never a throw past the configuration', () => {
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 10 }), fc.array(textPieces, { maxLength: 60 }), (template, parts) => {
      const text = parts.join('').slice(0, 500);
      const match = attempt(template.join(''), text);
      const words =
        match?.kind === 'template' ? (['ru', 'uk'] as const).flatMap((each) => match.spoken(each).map((part) => part.words)) : [];
      expect(match?.kind === 'template' ? match.slots.map(({ value }) => value) : []).not.toContain('');
      expect(words.join(' ')).not.toMatch(/[\d\p{Cc}<>{}]/u);
    }),
    { numRuns: 500 },
  );
}, 120_000);

test('a {text} never takes signs alone, wherever the slots before it may end', () => {
  const match = createPhrasebook([{ text: '{text}{price}{text}{price}{text}' }]).find('АА1234ВВ15:3015:30');
  expect(match?.kind === 'template' ? match.slots.map(({ value }) => value) : []).not.toContain('');
});

test('a template of many slots on 500 characters takes a moment, not for ever', () => {
  const template = `${'{text} а '.repeat(MOST_SLOTS)}конец`;
  const book = createPhrasebook([{ text: template }]);
  const start = performance.now();
  expect(book.find(`${'а '.repeat(250)}конец`)?.kind).toBe('template');
  expect(book.find(`${'а '.repeat(250)}б конец`)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('five thousand templates that all begin with {text} are told apart in a moment', () => {
  const book = createPhrasebook(Array.from({ length: MOST_PHRASES }, (_, index) => ({ text: `{text} номер ${index} и {text}` })));
  const text = `${'машина номер и '.repeat(30)}номер 77 и всё`;
  const start = performance.now();
  expect(book.find(text)?.phrase.text).toBe('{text} номер 77 и {text}');
  expect(book.find(`${text} не`.replace('77', 'семь'))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(10_000);
}, 120_000);
