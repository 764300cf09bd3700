import type { Language } from '../language.ts';
import { ABBREVIATED_WORDS } from './abbreviated-words.ts';
import { type Case, caseAfter, caseAsked, type Forms, formsOf, inCase } from './grammar.ts';
import { letterNames } from './letters.ts';
import { countedNoun, type Noun, nounForm } from './nouns.ts';
import { NO_SLASH_BUT_RATE } from './rates.ts';
import { matchAt, onePiece, type Piece, type Place, wordBefore } from './reading.ts';

interface Abbreviation {
  readonly when: string;
  readonly forms: Forms;
}

const TABLES: Record<Language, ReadonlyMap<string, readonly Abbreviation[]>> = { ru: table('ru'), uk: table('uk') };

const COMPOUND = /(\p{L}{1,6}(?:[-/]\p{L}{1,3}|\. ?\p{L}{1,2}(?=\.)))(?![\p{L}'])(\.?)/uy;
const SIMPLE = new RegExp(`(\\p{L}{1,9})(?![\\p{L}']|-\\p{L})${NO_SLASH_BUT_RATE}(\\.?)`, 'uy');
const ACRONYM = /\p{Lu}{2,4}(?![\p{L}'-])/uy;

/** «ул.» → «улица», «на ул.» → «на улице», «подана на ул.» → «на улицу», «кв. 5», «ж/д вокзал», «ТЦ» → «тэ цэ», «грн» without a number. */
export function readAbbreviation(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const railway = readRailway(place);
  if (railway !== undefined) return railway;
  for (const pattern of [COMPOUND, SIMPLE]) {
    const match = matchAt(pattern, text, at);
    const spelling = (match?.[1] ?? '').toLowerCase().replaceAll(' ', '');
    const known = match === undefined ? [] : (TABLES[language].get(spelling) ?? []);
    const found = known.find(({ when }) => match !== undefined && stands(when, match, text));
    if (match !== undefined && found !== undefined) return abbreviationPiece(place, match, found);
  }
  return readLoneUnit(place) ?? readAcronym(place);
}

function abbreviationPiece({ text, at, language }: Place, match: RegExpExecArray, found: Abbreviation): readonly Piece[] {
  // «на м. Героїв Праці»: nobody is «на місті».
  const isMetro = language === 'uk' && (match[1] ?? '').toLowerCase() === 'м' && /^на$/iu.test(wordBefore(text, at));
  if (isMetro) return [{ start: at, end: at + match[0].length, words: 'метро' }];
  const wanted = found.forms.length === 1 ? 'nominative' : placeCase(text, at, language);
  const end = at + match[0].length;
  // At the very end the dot is also the sentence's.
  const ends = match[2] === '.' && end === text.length;
  return [{ start: at, end: ends ? end - 1 : end, words: inCase(found.forms, wanted) }];
}

function stands(when: string, match: RegExpExecArray, text: string): boolean {
  const next = text.slice(match.index + match[0].length, match.index + match[0].length + 3).trimStart();
  const dot = match[2] === '.';
  const named = /^["№\d\p{Lu}]/u.test(next) && match[1] !== match[1]?.toUpperCase();
  switch (when) {
    case 'always':
      return true;
    case 'digit':
      return /^(?:№ ?)?\d/u.test(next);
    case 'dotdigit':
      return dot && /^(?:№ ?)?\d/u.test(next);
    case 'name':
      return dot && (/^["\d]/u.test(next) || /^\p{Lu}/u.test(next));
    default:
      return dot || named;
  }
}

/** «на улице» says where, «подана на улицу» where to; «по улице» is a dative, in Ukrainian a locative. */
function placeCase(text: string, at: number, language: Language): Case {
  const before = wordBefore(text, at).toLowerCase();
  if (before === 'по') return language === 'ru' ? 'dative' : 'prepositional';
  if (/^(?:на|в|во|у)$/u.test(before)) {
    if (before === 'у' && language === 'ru') return 'genitive';
    return isMotion(text.slice(Math.max(0, at - 60), at)) ? 'accusative' : 'prepositional';
  }
  return caseAsked(text, at, language) ?? caseOfAdjective(before, language) ?? 'nominative';
}

const MOTION =
  /(?:подан|подад|подъе|выех|выезж|едет|едут|приед|приех|прибуд|прибы|поех|направ|отправ|під'ї|їде|їдуть|виїх|виїжд|приїд|приїх|прибу|прям|подал)\p{L}{0,9}[^.!?]{0,40}$/iu;

/** «с ул. Мира на ул. Победы» */
const FROM = /(?:^|[ ,])(?:со?|от|з|із|зі|від) (?:в?ул|пр|просп|пр-т|пл|пер|пров|бул|наб|ж\/м)\.? ?[^.!?]{1,40}$/iu;

function isMotion(before: string): boolean {
  return MOTION.test(before) || FROM.test(before);
}

/** «на Соборной пл.»: the adjective before shows the case. */
function caseOfAdjective(before: string, language: Language): Case | undefined {
  if (before.length < 5) return undefined;
  if (language === 'ru') {
    if (/(?:ой|ом|ем)$/u.test(before)) return 'prepositional';
    if (before.endsWith('ую')) return 'accusative';
    if (before.endsWith('ого')) return 'genitive';
    return before.endsWith('ому') ? 'dative' : undefined;
  }
  if (/(?:ій|ому)$/u.test(before)) return 'prepositional';
  if (/(?:ої|ого)$/u.test(before)) return 'genitive';
  return /[кнв]у$/u.test(before) ? 'accusative' : undefined;
}

const RAILWAY = /[жз](?:\/|\. ?)д(?![\p{L}'])\.?/iuy;
const RAILWAY_ENDINGS: Record<Language, readonly (readonly [RegExp, string])[]> = {
  ru: [
    [/^(?:вокзала|переезда)/u, 'железнодорожного'],
    [/^(?:вокзалу|переезду)/u, 'железнодорожному'],
    [/^(?:вокзале|переезде)/u, 'железнодорожном'],
    [/^(?:вокзалом|переездом)/u, 'железнодорожным'],
    [/^(?:станция|касса)/u, 'железнодорожная'],
    [/^(?:станции|кассы|станцией)/u, 'железнодорожной'],
    [/^(?:станцию|кассу)/u, 'железнодорожную'],
    [/^кассы/u, 'железнодорожные'],
  ],
  uk: [
    [/^(?:вокзалі|переїзді)/u, 'залізничному'],
    [/^(?:вокзалом|переїздом)/u, 'залізничним'],
    [/^(?:станція|каса)/u, 'залізнична'],
    [/^станції/u, 'залізничній'],
    [/^(?:станцію|касу)/u, 'залізничну'],
  ],
};

function readRailway({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(RAILWAY, text, at);
  if (match === undefined) return undefined;
  const next = /^ ?(\p{L}{1,12})/u.exec(text.slice(at + match[0].length, at + match[0].length + 14))?.[1]?.toLowerCase() ?? '';
  if (language === 'uk' && /^(?:вокзалу|переїзду|станції)$/u.test(next) && caseAfter(wordBefore(text, at), 'uk') === 'genitive')
    return onePiece(match, next === 'станції' ? 'залізничної' : 'залізничного');
  if (language === 'uk' && /^(?:вокзалу|переїзду)$/u.test(next)) return onePiece(match, 'залізничному');
  const found = RAILWAY_ENDINGS[language].find(([pattern]) => pattern.test(next));
  return onePiece(match, found?.[1] ?? (language === 'ru' ? 'железнодорожный' : 'залізничний'));
}

/** «несколько мин.», «оплата в грн»: an abbreviated unit that no number counts. */
function readLoneUnit({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(SIMPLE, text, at);
  const word = match?.[1] ?? '';
  const noun = countedNoun(word, language);
  if (match === undefined || noun === undefined || word.length < 2) return undefined;
  // «Мин. заказ» at the start is no minute.
  if (word.toLowerCase() === 'мин' && wordBefore(text, at) === '') return undefined;
  const small = word.toLowerCase();
  if (noun.singular.includes(small) || noun.plural.includes(small)) return undefined;
  const dot = match[2] === '.';
  if (!dot && /[аеёиоуыэюяіїє]/iu.test(word)) return undefined;
  const end = at + match[0].length;
  const keepsDot = dot && /^(?:$| ?["(]?\p{Lu})/u.test(text.slice(end, end + 3));
  return [{ start: at, end: keepsDot ? end - 1 : end, words: loneForm(noun, wordBefore(text, at), language) }];
}

/** «5 грн за км» counts one, «несколько мин.» many. */
function loneForm(noun: Noun, before: string, language: Language): string {
  const one = /^(?:за|каждый|каждую|каждые|кожен|кожний|кожну)$/iu.test(before);
  return one ? inCase(noun.singular, 'accusative') : nounForm(noun, 5, 'nominative', language);
}

/** «ТЦ», «ЖК», «АЗС»: spelled where there is no vowel to read. */
function readAcronym({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(ACRONYM, text, at);
  if (match === undefined) return undefined;
  const spelled = /^(?:[БВГҐДЖЗЙКЛМНПРСТФХЦЧШЩ]{2,4}|АЗС|АТБ|АТС|БЦ|СТО)$/u.test(match[0]);
  return spelled ? onePiece(match, letterNames(match[0], language)) : undefined;
}

function table(language: Language): ReadonlyMap<string, readonly Abbreviation[]> {
  const entries = new Map<string, Abbreviation[]>();
  for (const line of ABBREVIATED_WORDS[language].trim().split('\n')) {
    const [spellings = '', when = '', words = ''] = line.split('|').map((part) => part.trim());
    for (const spelling of spellings.split(' ')) entries.set(spelling, [...(entries.get(spelling) ?? []), { when, forms: formsOf(words) }]);
  }
  return entries;
}
