import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rows } from '../test/spoken-rows.ts';
import { LANGUAGES } from './language.ts';
import { estimateMs, nothingToSay, spokenForm } from './spoken-form.ts';

describe('what dispatchers say in Russian', () => {
  test.each(
    rows(`
      Машина по адресу.Пожалуйста, выходите → Машина по адресу. Пожалуйста, выходите
      Машина подана → Машина подана
      Ваша машина подана, выходите → Ваша машина подана, выходите
      К Вам выехал белый Ланос АА1234ВВ, будет через 5 мин. Ждите → К Вам выехал белый Ланос а а, двенадцать тридцать четыре, вэ вэ, будет через пять минут. Ждите
      Вас ожидает Daewoo Lanos AA1234BB, цвет - белый → Вас ожидает Daewoo Lanos а а, двенадцать тридцать четыре, вэ вэ, цвет, белый
      Вас ожидает серебристый Шевроле Авео, госномер 3456. → Вас ожидает серебристый Шевроле Авео, госномер тридцать четыре пятьдесят шесть.
      Машина подана на ул. Крещатик, д.5, кв. 12, под. 2 → Машина подана на улицу Крещатик, дом пять, квартира двенадцать, подъезд два
      Ваш заказ №1234 принят на 15:30 → Ваш заказ номер тысяча двести тридцать четыре принят на пятнадцать тридцать
      К сожалению, свободных машин нет. Попробуйте через 10 минут. → К сожалению, свободных машин нет. Попробуйте через десять минут.
      Стоимость поездки 120 грн. Спасибо, что выбрали нас! → Стоимость поездки сто двадцать гривен. Спасибо, что выбрали нас!
      Такси "Люкс": машина у подъезда, ожидание 1 мин бесплатно → Такси Люкс: машина у подъезда, ожидание одна минута бесплатно
      Звоните по тел. 067 504-02-79 или 838 → Звоните по телефону ноль шестьдесят семь, пятьсот четыре, ноль два, семьдесят девять или восемьсот тридцать восемь
      Время подачи 03.11.2010 15:30 → Время подачи третьего ноября две тысячи десятого года пятнадцать тридцать
      Борт 15. Синий ВАЗ 2107, номер 1234 → Борт пятнадцать. Синий ВАЗ двадцать один ноль семь, номер двенадцать тридцать четыре
      Машина приедет через 3-4 минуты → Машина приедет через три-четыре минуты
    `),
  )('%s', (text, expected) => {
    expect(spokenForm(text, 'ru')).toBe(expected);
  });
});

describe('what dispatchers say in Ukrainian', () => {
  test.each(
    rows(`
      Машина за адресою.Будь ласка, виходьте → Машина за адресою. Будь ласка, виходьте
      До Вас виїхав білий Ланос АА1234ВВ, буде через 5 хв. Чекайте → До Вас виїхав білий Ланос а а, дванадцять тридцять чотири, ве ве, буде через п'ять хвилин. Чекайте
      Під’їхав «Ланос», держномер АА 1234 ВВ → Під'їхав Ланос, держномер а а, дванадцять тридцять чотири, ве ве
      Машину подано на вул. Хрещатик, буд. 12а, під. 2 → Машину подано на вулицю Хрещатик, будинок дванадцять а, під'їзд два
      На Вас чекає сірий Renault Logan, номер 3456. Гарної поїздки! → На Вас чекає сірий Renault Logan, номер тридцять чотири п'ятдесят шість. Гарної поїздки!
      Ваше замовлення №1234 прийнято на 15:30 → Ваше замовлення номер тисяча двісті тридцять чотири прийнято на п'ятнадцяту тридцять
      На жаль, вільних машин немає. Спробуйте через 10 хвилин. → На жаль, вільних машин немає. Спробуйте через десять хвилин.
      Вартість поїздки 121 грн. Дякуємо! → Вартість поїздки сто двадцять одна гривня. Дякуємо!
      Авто буде о 9:05 за адресою вул. Садова, 5/7 → Авто буде о дев'ятій нуль п'ять за адресою вулиця Садова, п'ять дріб сім
      Телефон водія 0675040279 → Телефон водія нуль шістдесят сім, п'ятсот чотири, нуль два, сімдесят дев'ять
      Машина приїде за 2 хв → Машина приїде за дві хвилини
    `),
  )('%s', (text, expected) => {
    expect(spokenForm(text, 'uk')).toBe(expected);
  });
});

describe('what cannot be spoken', () => {
  test.each([
    ['🚕🚕 Такси подано 🚕', 'Такси подано'],
    ['<speak>Машина <break time="3s"/>подана</speak>', 'Машина подана'],
    ['<Тут текст сообщения>', 'Тут текст сообщения'],
    ['Машина &nbsp;подана&amp;&quot;ждёт&quot;', 'Машина подана и ждёт'],
    ['&lt;speak&gt;Машина&lt;/speak&gt;', 'speak Машина, speak'],
    ["[[h@l'oU]] Машина", "h l'oU Машина"],
    ['Машина\u0000\u0007 по\u00ADдана\u200B\u202E!', 'Машина подана!'],
    ['Машина\r\nподана\tк\u00A0подъезду', 'Машина подана к подъезду'],
    ['$(rm -rf /) `id` | cat; Машина', 'rm rf, id cat; Машина'],
    ['--help', 'help'],
    ['-v Машина', 'v Машина'],
    ['Маши\uD800на \uDC00подана', 'Маши на подана'],
    ['Маши́на пода́на', 'Машина подана'],
    ['Cтоит Oпель', 'Стоит Опель'],
    ['Ｍашина １２', 'Машина двенадцать'],
    ['Café', 'Cafe'],
    ['машина... подана!!! ???', 'машина. подана?'],
    [', . Машина', 'Машина'],
    ['東京 Машина', 'Машина'],
  ])('%j', (text, expected) => {
    expect(spokenForm(text, 'ru')).toBe(expected);
  });

  test.each(['', ' ', '🚕'.repeat(500), '\u200B\u202E', '...!?', '<b></b>', '№ % - +', '東京', '\uD800', '&nbsp;'])(
    '%j is nothing to say',
    (text) => {
      expect(nothingToSay(text)).toBe(true);
      expect(spokenForm(text, 'uk')).toBe('');
      expect(estimateMs(text, 'uk')).toBe(0);
    },
  );

  test.each(['а', '5', 'OK', '🚕 1'])('%j is something to say', (text) => {
    expect(nothingToSay(text)).toBe(false);
    expect(spokenForm(text, 'uk')).not.toBe('');
  });
});

const FRAGMENTS = `АА1234ВВ|ул.|д.|5|15:30|03.11|120|грн|мин|-|/|.|,| | |+380|(|)|№|'|"|<|>|<speak>|&|&amp;|;|$(rm -rf)|0|00|
  |999999999999999|до|через|к|на|о|в|год|р.|г.|т.д.|ст. м.|2-й|24/7|$|€|%|ТЦ|п’ять|і|ы|{|}|🚕|\u202E|\u200B|\u0000|\uD83D`;
const fragments = fc.constantFrom(...FRAGMENTS.split('|'));
const anyText = fc.oneof(
  fc.array(fragments, { maxLength: 120 }).map((parts) => parts.join('').slice(0, 500)),
  fc.array(fragments, { maxLength: 120 }).map((parts) => parts.join(' ').slice(0, 500)),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 500 }).map((units) => String.fromCharCode(...units)),
);

test('any text becomes words and single pauses: no digits, control characters, markup; never a throw', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(...LANGUAGES), (text, language) => {
      const spoken = spokenForm(text, language);
      expect(spoken).toMatch(/^(?:[A-Za-zА-Яа-яЁёІіЇїЄєҐґ'-]+[,;:.!?]?(?: |$))*$/u);
      expect(spoken.startsWith('-')).toBe(false);
      expect(spoken.endsWith(' ')).toBe(false);
      expect(nothingToSay(text)).toBe(spoken === '');
      expect(estimateMs(text, language)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1500 },
  );
}, 120_000);

test('time is linear in the length of any repeated pattern', () => {
  const patterns = [
    '<a',
    '<a>',
    '&',
    '1',
    '1.',
    '1-',
    '0 ',
    '1 000 ',
    "а'",
    "'",
    'а.',
    '(0',
    '+',
    'АА12',
    'т.',
    '-',
    '5/',
    ',',
    '1:',
    '🚕',
    '"',
    '5 м',
    'а',
  ];
  // Of the processor, not of the clock: what else the machine does is none of it.
  const time = (unit: string, length: number): number => {
    const text = unit.repeat(length / unit.length);
    const before = process.cpuUsage();
    spokenForm(text, 'ru');
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  for (const unit of patterns) time(unit, 2000);
  const isLinear = (unit: string): boolean => {
    const short = Math.min(time(unit, 2000), time(unit, 2000));
    // Ten times the length; a quadratic reader would take a hundred times as long. Other work on the machine is let pass.
    return time(unit, 20_000) < 30 * short + 60;
  };
  const slow = patterns.filter((unit) => ![1, 2, 3, 4].some(() => isLinear(unit)));
  expect(slow).toEqual([]);
}, 120_000);

test('many short words take no longer than their letters', () => {
  const time = (length: number): number => {
    const text = '1 и '.repeat(length / 4);
    const before = process.cpuUsage();
    spokenForm(text, 'ru');
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  time(20_000);
  // Sixteen times the length: far from the 256 times of a quadratic reader.
  const short = Math.min(time(10_000), time(10_000));
  expect(Math.min(time(160_000), time(160_000))).toBeLessThan(60 * short + 500);
}, 120_000);

test('half a minute of words is estimated as about half a minute', () => {
  const text = 'Машина подана на улицу Крещатик, дом пять, вас ожидает белый Ланос. '.repeat(6);
  expect(estimateMs(text, 'ru')).toBeGreaterThan(18_000);
  expect(estimateMs(text, 'ru')).toBeLessThan(30_000);
  expect(estimateMs('Так', 'uk')).toBeLessThan(1000);
});
