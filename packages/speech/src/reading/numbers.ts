import type { Language } from '../language.ts';
import { type Case, type Forms, formsOf, type Gender, inCase } from './grammar.ts';

/** What a number counts: decides «один, одна, одно» and the case of every word of it. */
export interface Agreement {
  /** @defaultValue `masculine` */
  readonly gender?: Gender;
  /** @defaultValue `nominative` */
  readonly case?: Case;
  /** A person or an animal: «на двух пассажиров». @defaultValue false */
  readonly animate?: boolean;
}

/** The largest number that is read as one; longer ones are read in groups of digits. */
export const LARGEST_NUMBER = 999_999_999_999;

interface NumeralTable {
  readonly one: Readonly<Record<Gender, Forms>>;
  readonly two: Readonly<Record<Gender, Forms>>;
  /** By value: 0, 3 to 20, the tens, the hundreds. */
  readonly others: ReadonlyMap<number, Forms>;
  /** 10^3, 10^6, 10^9. */
  readonly scales: readonly Scale[];
}

interface Scale {
  readonly value: number;
  readonly gender: Gender;
  readonly one: Forms;
  /** After 2, 3, 4 in the nominative, the rest in the case of {@link many}. */
  readonly few: string;
  /** Genitive where the numeral is nominative. */
  readonly many: Forms;
}

const TABLES: Record<Language, NumeralTable> = { ru: russianTable(), uk: ukrainianTable() };

/**
 * A whole number in words.
 *
 * @param value 0 to {@link LARGEST_NUMBER}
 * @throws RangeError for any other value
 */
export function cardinal(value: number, language: Language, agreement: Agreement = {}): string {
  if (!Number.isInteger(value) || value < 0 || value > LARGEST_NUMBER)
    throw new RangeError(`a number to read is a whole one from 0 to ${LARGEST_NUMBER}, got ${value}`);
  const table = TABLES[language];
  const wanted = agreement.case ?? 'nominative';
  if (value === 0) return form(table, 0, wanted);
  const words: string[] = [];
  let rest = value;
  for (const scale of table.scales) {
    const count = Math.floor(rest / scale.value);
    rest %= scale.value;
    if (count === 0) continue;
    // «тысяча двести», «миллион»: nobody says «одна» before the first of them.
    if (count > 1 || words.length > 0) words.push(...belowThousand(table, count, { gender: scale.gender, case: wanted }));
    words.push(counted(count, wanted, scale));
  }
  words.push(...belowThousand(table, rest, agreement));
  return words.join(' ');
}

/** Which form a counted noun takes: 1, 21, 101 → `one`; 2–4, 22–24 → `few`; the rest, with 11–14 → `many`. */
export function pluralClass(value: number): 'one' | 'few' | 'many' {
  const lastTwo = value % 100;
  if (lastTwo >= 11 && lastTwo <= 14) return 'many';
  const last = value % 10;
  if (last === 1) return 'one';
  return last >= 2 && last <= 4 ? 'few' : 'many';
}

function counted(count: number, wanted: Case, scale: Scale): string {
  const plural = pluralClass(count);
  if (plural === 'one') return inCase(scale.one, wanted);
  if (wanted !== 'nominative' && wanted !== 'accusative') return inCase(scale.many, wanted);
  return plural === 'few' ? scale.few : inCase(scale.many, 'genitive');
}

function belowThousand(table: NumeralTable, value: number, agreement: Agreement): string[] {
  const wanted = agreement.case ?? 'nominative';
  const gender = agreement.gender ?? 'masculine';
  const words: string[] = [];
  const hundreds = value - (value % 100);
  if (hundreds > 0) words.push(form(table, hundreds, wanted));
  const lastTwo = value % 100;
  const tens = lastTwo > 20 ? lastTwo - (lastTwo % 10) : 0;
  if (tens > 0) words.push(form(table, tens, wanted));
  const units = lastTwo - tens;
  if (units === 0) return words;
  const living = agreement.animate === true && wanted === 'accusative';
  if (units === 1) words.push(inCase(table.one[gender], living && gender === 'masculine' ? 'genitive' : wanted));
  // «двух пассажиров», but «двадцать два пассажира».
  else if (units === 2) words.push(inCase(table.two[gender], living && value === 2 ? 'genitive' : wanted));
  else words.push(form(table, units, living && value < 5 ? 'genitive' : wanted));
  return words;
}

function form(table: NumeralTable, value: number, wanted: Case): string {
  return inCase(table.others.get(value) ?? [], wanted);
}

function russianTable(): NumeralTable {
  const others = new Map<number, Forms>([
    [0, formsOf('ноль нуля нулю ноль нулём нуле')],
    [3, formsOf('три трёх трём три тремя трёх')],
    [4, formsOf('четыре четырёх четырём четыре четырьмя четырёх')],
    [8, formsOf('восемь восьми восьми восемь восемью восьми')],
    [40, formsOf('сорок сорока сорока сорок сорока сорока')],
    [90, formsOf('девяносто девяноста девяноста девяносто девяноста девяноста')],
    [100, formsOf('сто ста ста сто ста ста')],
    [200, formsOf('двести двухсот двумстам двести двумястами двухстах')],
    [300, formsOf('триста трёхсот трёмстам триста тремястами трёхстах')],
    [400, formsOf('четыреста четырёхсот четырёмстам четыреста четырьмястами четырёхстах')],
  ]);
  const soft = `5:пят 6:шест 7:сем 9:девят 10:десят 11:одиннадцат 12:двенадцат 13:тринадцат 14:четырнадцат 15:пятнадцат 16:шестнадцат
    17:семнадцат 18:восемнадцат 19:девятнадцат 20:двадцат 30:тридцат`;
  for (const [value, stem] of numbered(soft)) others.set(value, softRussian(stem));
  for (const [value, stem] of numbered('50:пят 60:шест 70:сем')) others.set(value, tensRussian(`${stem}ь`, `${stem}и`, `${stem}ью`));
  others.set(80, tensRussian('восемь', 'восьми', 'восемью'));
  for (const [value, stem] of numbered('500:пят 600:шест 700:сем 900:девят'))
    others.set(value, hundredsRussian(`${stem}ь`, `${stem}и`, `${stem}ью`));
  others.set(800, hundredsRussian('восемь', 'восьми', 'восемью'));
  return {
    one: {
      masculine: formsOf('один одного одному один одним одном'),
      feminine: formsOf('одна одной одной одну одной одной'),
      neuter: formsOf('одно одного одному одно одним одном'),
    },
    two: twoOf('два двух двум два двумя двух', 'две двух двум две двумя двух'),
    others,
    scales: [
      masculineScale(1e9, 'миллиард', 'миллиард миллиарда миллиарду миллиард миллиардом миллиарде', 'миллиарда', 'ов ам ами ах'),
      masculineScale(1e6, 'миллион', 'миллион миллиона миллиону миллион миллионом миллионе', 'миллиона', 'ов ам ами ах'),
      {
        value: 1000,
        gender: 'feminine',
        one: formsOf('тысяча тысячи тысяче тысячу тысячей тысяче'),
        few: 'тысячи',
        many: formsOf('тысячи тысяч тысячам тысячи тысячами тысячах'),
      },
    ],
  };
}

function ukrainianTable(): NumeralTable {
  const others = new Map<number, Forms>([
    [0, formsOf('нуль нуля нулю нуль нулем нулі')],
    [3, formsOf('три трьох трьом три трьома трьох')],
    [4, formsOf('чотири чотирьох чотирьом чотири чотирма чотирьох')],
    [6, formsOf('шість шести шести шість шістьма шести')],
    [7, formsOf('сім семи семи сім сьома семи')],
    [8, formsOf('вісім восьми восьми вісім вісьма восьми')],
    [40, formsOf('сорок сорока сорока сорок сорока сорока')],
    [90, formsOf("дев'яносто дев'яноста дев'яноста дев'яносто дев'яноста дев'яноста")],
    [100, formsOf('сто ста ста сто ста ста')],
    [200, formsOf('двісті двохсот двомстам двісті двомастами двохстах')],
    [300, formsOf('триста трьохсот трьомстам триста трьомастами трьохстах')],
    [400, formsOf('чотириста чотирьохсот чотирьомстам чотириста чотирмастами чотирьохстах')],
  ]);
  const soft = `5:п'ят 9:дев'ят 10:десят 11:одинадцят 12:дванадцят 13:тринадцят 14:чотирнадцят 15:п'ятнадцят 16:шістнадцят
    17:сімнадцят 18:вісімнадцят 19:дев'ятнадцят 20:двадцят 30:тридцят`;
  for (const [value, stem] of numbered(soft)) {
    const nominative = `${stem}ь`;
    others.set(value, [nominative, `${stem}и`, `${stem}и`, nominative, `${stem}ьма`, `${stem}и`]);
  }
  for (const [value, word] of numbered("50:п'ятдесят 60:шістдесят 70:сімдесят 80:вісімдесят"))
    others.set(value, [word, `${word}и`, `${word}и`, word, `${word}ьма`, `${word}и`]);
  const hundreds = "500:п'ят,п'яти,п'ятьма 600:шіст,шести,шістьма 700:сім,семи,сьома 800:вісім,восьми,вісьма 900:дев'ят,дев'яти,дев'ятьма";
  for (const [value, stems] of numbered(hundreds)) {
    const [plain = '', genitive = '', instrumental = ''] = stems.split(',');
    const word = `${plain}сот`;
    others.set(value, [word, `${genitive}сот`, `${genitive}стам`, word, `${instrumental}стами`, `${genitive}стах`]);
  }
  return {
    one: {
      masculine: formsOf('один одного одному один одним одному'),
      feminine: formsOf('одна однієї одній одну однією одній'),
      neuter: formsOf('одне одного одному одне одним одному'),
    },
    two: twoOf('два двох двом два двома двох', 'дві двох двом дві двома двох'),
    others,
    scales: [
      masculineScale(1e9, 'мільярд', 'мільярд мільярда мільярду мільярд мільярдом мільярді', 'мільярди', 'ів ам ами ах'),
      masculineScale(1e6, 'мільйон', 'мільйон мільйона мільйону мільйон мільйоном мільйоні', 'мільйони', 'ів ам ами ах'),
      {
        value: 1000,
        gender: 'feminine',
        one: formsOf('тисяча тисячі тисячі тисячу тисячею тисячі'),
        few: 'тисячі',
        many: formsOf('тисячі тисяч тисячам тисячі тисячами тисячах'),
      },
    ],
  };
}

function masculineScale(value: number, stem: string, one: string, few: string, endings: string): Scale {
  const [genitive = '', dative = '', instrumental = '', prepositional = ''] = endings.split(' ');
  const many = [few, stem + genitive, stem + dative, few, stem + instrumental, stem + prepositional];
  return { value, gender: 'masculine', one: formsOf(one), few, many };
}

function twoOf(masculine: string, feminine: string): Readonly<Record<Gender, Forms>> {
  return { masculine: formsOf(masculine), feminine: formsOf(feminine), neuter: formsOf(masculine) };
}

function softRussian(stem: string): Forms {
  return [`${stem}ь`, `${stem}и`, `${stem}и`, `${stem}ь`, `${stem}ью`, `${stem}и`];
}

function tensRussian(plain: string, genitive: string, instrumental: string): Forms {
  const oblique = `${genitive}десяти`;
  return [`${plain}десят`, oblique, oblique, `${plain}десят`, `${instrumental}десятью`, oblique];
}

function hundredsRussian(plain: string, genitive: string, instrumental: string): Forms {
  return [`${plain}сот`, `${genitive}сот`, `${genitive}стам`, `${plain}сот`, `${instrumental}стами`, `${genitive}стах`];
}

function numbered(list: string): [number, string][] {
  return list.split(/\s+/u).map((entry) => {
    const [value = '', word = ''] = entry.split(':');
    return [Number(value), word];
  });
}
