import type { Language } from '../language.ts';

const NAMES: Record<Language, ReadonlyMap<string, string>> = {
  ru: names(`А:а Б:бэ В:вэ Г:гэ Д:дэ Е:е Ё:ё Ж:жэ З:зэ И:и Й:йот К:ка Л:эль М:эм Н:эн О:о П:пэ Р:эр С:эс Т:тэ У:у Ф:эф Х:ха Ц:цэ Ч:че
    Ш:ша Щ:ща Ъ:твёрдый_знак Ы:ы Ь:мягкий_знак Э:э Ю:ю Я:я І:и Ї:йи Є:е Ґ:гэ
    D:дэ F:эф G:гэ J:йот L:эль N:эн Q:ку R:эр S:эс U:у V:вэ W:дубль_вэ Z:зэт`),
  uk: names(`А:а Б:бе В:ве Г:ге Ґ:ґе Д:де Е:е Є:є Ж:же З:зе И:и І:і Ї:ї Й:йот К:ка Л:ел М:ем Н:ен О:о П:пе Р:ер С:ес Т:те У:у Ф:еф Х:ха
    Ц:це Ч:че Ш:ша Щ:ща Ь:м'який_знак Ю:ю Я:я Ё:йо Ъ:твердий_знак Ы:и Э:е
    D:де F:еф G:ґе J:йот L:ел N:ен Q:ку R:ер S:ес U:у V:ве W:дубль_ве Z:зет`),
};

/** On plates and in house numbers these Latin letters stand for the Cyrillic ones drawn alike. */
const SAME_SHAPE: ReadonlyMap<string, string> = new Map(
  'AА BВ CС EЕ HН IІ KК MМ OО PР TТ XХ YУ'.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/** The names of letters as people spell them aloud, separated by spaces; Latin look-alikes are named as Cyrillic letters. */
export function letterNames(letters: string, language: Language): string {
  return Array.from(letters.toUpperCase(), (letter) => NAMES[language].get(SAME_SHAPE.get(letter) ?? letter) ?? letter).join(' ');
}

function names(list: string): ReadonlyMap<string, string> {
  return new Map(list.split(/\s+/u).map((entry) => [entry.slice(0, 1), entry.slice(2).replaceAll('_', ' ')]));
}
