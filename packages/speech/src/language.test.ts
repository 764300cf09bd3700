import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rows } from '../test/spoken-rows.ts';
import { LANGUAGES, languageOf } from './language.ts';

test('Ukrainian and Russian are spoken', () => {
  expect(LANGUAGES).toEqual(['uk', 'ru']);
});

const TABLE = rows(`
  Машина подана, выходите → ru
  Вас ожидает белый Ланос → ru
  Подъехал Форд → ru
  Ещё 5 минут → ru
  Під'їхав Форд → uk
  Машину подано, виходьте → uk
  п’ять → uk
  Чекайте → uk
  До Вас виїхав білий Ланос → uk
  Машина по адресу. Пожалуйста, выходите → ru
  Машина за адресою. Будь ласка, виходьте → uk
  Ваш заказ принят → ru
  Ваше замовлення прийнято → uk
  через 5 хв → uk
  через 5 мин → ru
  120 руб → ru
  вул. Садова → uk
  ул. Садовая → ru
  Машина подана, номер АІ1234КІ, ждите → ru
  Машина чекає, ВАЗ «Ы» → uk
`);

test.each(TABLE)('%s → %s', (text, expected) => {
  expect(languageOf(text, 'uk')).toBe(expected);
  expect(languageOf(text, 'ru')).toBe(expected);
});

test.each(['', 'Ланос', 'Lanos', '🚕', 'Машина', '12:30', 'АІ1234КІ', 'ІН', 'Вам авто', 'до 5'])(
  '%j does not tell: the fallback counts',
  (text) => {
    expect(languageOf(text, 'uk')).toBe('uk');
    expect(languageOf(text, 'ru')).toBe('ru');
  },
);

test('any text has a language', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 500 }), (units) => {
      expect(LANGUAGES).toContain(languageOf(String.fromCharCode(...units), 'uk'));
    }),
  );
});
