import type { Language } from '../language.ts';
import { type Case, CASES, type Gender } from './grammar.ts';
import { cardinal } from './numbers.ts';

/** Endings in the order of {@link CASES}: `hard` as «первый», `stressed` as «второй» (nominative only), `soft` as «третий». */
const ENDINGS = {
  ru: {
    hard: {
      masculine: 'ый ого ому ый ым ом',
      feminine: 'ая ой ой ую ой ой',
      neuter: 'ое ого ому ое ым ом',
    },
    soft: {
      masculine: 'ий ьего ьему ий ьим ьем',
      feminine: 'ья ьей ьей ью ьей ьей',
      neuter: 'ье ьего ьему ье ьим ьем',
    },
  },
  uk: {
    hard: {
      masculine: 'ий ого ому ий им ому',
      feminine: 'а ої ій у ою ій',
      neuter: 'е ого ому е им ому',
    },
    soft: {
      masculine: 'ій ього ьому ій ім ьому',
      feminine: 'я ьої ій ю ьою ій',
      neuter: 'є ього ьому є ім ьому',
    },
  },
} as const satisfies Record<Language, Record<'hard' | 'soft', Record<Gender, string>>>;

const STEMS: Record<Language, ReadonlyMap<number, string>> = {
  ru: stems(`0:нулев* 1:перв 2:втор* 3:трет 4:четвёрт 5:пят 6:шест* 7:седьм* 8:восьм* 9:девят 10:десят 11:одиннадцат 12:двенадцат
    13:тринадцат 14:четырнадцат 15:пятнадцат 16:шестнадцат 17:семнадцат 18:восемнадцат 19:девятнадцат 20:двадцат 30:тридцат
    40:сороков* 50:пятидесят 60:шестидесят 70:семидесят 80:восьмидесят 90:девяност 100:сот 200:двухсот 300:трёхсот 400:четырёхсот
    500:пятисот 600:шестисот 700:семисот 800:восьмисот 900:девятисот 1000:тысячн 2000:двухтысячн 3000:трёхтысячн`),
  uk: stems(`0:нульов 1:перш 2:друг 3:трет 4:четверт 5:п'ят 6:шост 7:сьом 8:восьм 9:дев'ят 10:десят 11:одинадцят 12:дванадцят
    13:тринадцят 14:чотирнадцят 15:п'ятнадцят 16:шістнадцят 17:сімнадцят 18:вісімнадцят 19:дев'ятнадцят 20:двадцят 30:тридцят
    40:сороков 50:п'ятдесят 60:шістдесят 70:сімдесят 80:вісімдесят 90:дев'яност 100:сот 200:двохсот 300:трьохсот 400:чотирьохсот
    500:п'ятисот 600:шестисот 700:семисот 800:восьмисот 900:дев'ятисот 1000:тисячн 2000:двотисячн 3000:трьохтисячн`),
};

/** The largest number that has an ordinal here; years are what needs it. */
export const LARGEST_ORDINAL = 3000;

/**
 * «третий», «двадцать первого», «п'ятнадцята»: only the last word is declined.
 *
 * @param value 0 to {@link LARGEST_ORDINAL}
 * @throws RangeError for any other value
 */
export function ordinal(value: number, language: Language, gender: Gender, grammaticalCase: Case): string {
  if (!Number.isInteger(value) || value < 0 || value > LARGEST_ORDINAL)
    throw new RangeError(`an ordinal to read is a whole number from 0 to ${LARGEST_ORDINAL}, got ${value}`);
  const last = lastWord(value);
  const head = value === last ? '' : `${cardinal(value - last, language)} `;
  const marked = STEMS[language].get(last) ?? '';
  const stressed = marked.endsWith('*');
  const endings = ENDINGS[language][last === 3 ? 'soft' : 'hard'][gender].split(' ');
  const ending = endings[CASES.indexOf(grammaticalCase)] ?? '';
  const stem = stressed ? marked.slice(0, -1) : marked;
  return head + stem + (stressed && ending === 'ый' ? 'ой' : ending);
}

/** 23 → 3, 40 → 40, 2026 → 6, 2000 → 2000: the part of a number that its last word says. */
function lastWord(value: number): number {
  if (value === 0) return 0;
  if (value % 100 >= 1 && value % 100 <= 20) return value % 100;
  if (value % 10 > 0) return value % 10;
  if (value % 100 > 0) return value % 100;
  return value % 1000 > 0 ? value % 1000 : value;
}

function stems(list: string): ReadonlyMap<number, string> {
  return new Map(
    list.split(/\s+/u).map((entry) => {
      const [value = '', stem = ''] = entry.split(':');
      return [Number(value), stem];
    }),
  );
}
