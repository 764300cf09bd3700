import type { Language } from '../language.ts';
import { type Case, caseAfter } from './grammar.ts';
import { isLabelled } from './labels.ts';
import { ordinal } from './ordinals.ts';
import { unitAt } from './quantities.ts';
import { matchAt, onePiece, type Piece, type Place, wordBefore } from './reading.ts';

const MONTHS: Record<Language, readonly string[]> = {
  ru: 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' '),
  uk: 'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня'.split(' '),
};
const MONTH_NAMES: ReadonlySet<string> = new Set([...MONTHS.ru, ...MONTHS.uk]);

const YEAR_WORD = '(?: ?(?:года|год|г|року|рік|р)(?!\\p{L})\\.?)?';
const FULL = new RegExp(`(\\d{1,2})([./-])(\\d{1,2})\\2(\\d{4}|\\d{2})(?![.\\d]\\d|\\d)${YEAR_WORD}`, 'iuy');
const ISO = /(\d{4})-(\d{2})-(\d{2})(?![-\d])/uy;
const SHORT = /(\d{2})\.(\d{2})(?![\d])(?!\.\d)/uy;
const NAMED = /(\d{1,2})(?:-?(?:го|е|є))? (\p{L}{3,9})(?!\p{L})/uy;
const FIRST_OF_TWO = /(\d{1,2})(?= ?(?:-|(?:по|до|и|і|та)(?= )) ?(\d{1,2}) (\p{L}{3,9})(?!\p{L}))/uy;
const NAMED_YEAR = new RegExp(` ((?:19|20)\\d{2})(?!\\d)(?! ?[:.]\\d)${YEAR_WORD}`, 'iuy');
const YEAR = /((?:19|20)\d{2})(?: ?-?)(года|году|годом|год|г|року|році|роком|рік|р)(?!\p{L})(\.?)/iuy;

/** «03.11» → «третье ноября», «3 ноября 2026 г.», «03.11.2010», «2010-11-03», «2026 г.». */
export function readDate(place: Place): readonly Piece[] | undefined {
  return readFullDate(place) ?? readNamedDate(place) ?? readFirstOfTwo(place) ?? readYear(place) ?? readShortDate(place, false);
}

/** A date where one is expected: «12.10» is no time then. */
export function readAnnouncedDate(place: Place): readonly Piece[] | undefined {
  return readFullDate(place) ?? readNamedDate(place) ?? readShortDate(place, true);
}

function readFullDate(place: Place): readonly Piece[] | undefined {
  const { text, at } = place;
  const iso = matchAt(ISO, text, at);
  const match = iso ?? matchAt(FULL, text, at);
  if (match === undefined) return undefined;
  const [day, month, year] = iso === undefined ? [match[1], match[3], match[4]] : [match[3], match[2], match[1]];
  // «03-11-10» may as well be a phone number.
  if (year?.length === 2 && match[2] === '-') return undefined;
  if (!isDay(Number(day), Number(month))) return undefined;
  const full = Number(year) + (year?.length === 2 ? 2000 : 0);
  if (full < 1900 || full > 2999) return undefined;
  const words = `${dayWords(place, Number(day), alone(place, match[0].length))} ${monthName(Number(month), place.language)} ${yearWords(full, place.language)}`;
  return [{ start: at, end: at + match[0].length - sentenceDot(text, at + match[0].length), words }];
}

function readShortDate(place: Place, announced: boolean): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const match = matchAt(SHORT, text, at);
  if (match === undefined || !isDay(Number(match[1]), Number(match[2]))) return undefined;
  const time = /^(?:в|во|о|об|у)$/iu.test(wordBefore(text, at));
  if (!announced && (time || isLabelled(text, at) || unitAt(text, at + match[0].length, language) !== undefined)) return undefined;
  return onePiece(match, `${dayWords(place, Number(match[1]), alone(place, match[0].length))} ${monthName(Number(match[2]), language)}`);
}

function readNamedDate(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const match = matchAt(NAMED, text, at);
  const day = Number(match?.[1]);
  const month = match?.[2] ?? '';
  if (match === undefined || day < 1 || day > 31 || !MONTH_NAMES.has(month.toLowerCase())) return undefined;
  const end = at + match[0].length;
  const pieces = [
    { start: at, end: end - month.length - 1, words: dayWords(place, day) },
    { start: end - month.length, end, words: month },
  ];
  const year = matchAt(NAMED_YEAR, text, end);
  if (year === undefined) return pieces;
  const yearEnd = end + year[0].length;
  return [...pieces, { start: end + 1, end: yearEnd - sentenceDot(text, yearEnd), words: yearWords(Number(year[1]), language) }];
}

/** «с 24 по 26 декабря», «24-26 декабря»: the first day has no month of its own. */
function readFirstOfTwo(place: Place): readonly Piece[] | undefined {
  const match = matchAt(FIRST_OF_TWO, place.text, place.at);
  if (match === undefined || !MONTH_NAMES.has((match[3] ?? '').toLowerCase())) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2])];
  return first < 1 || second > 31 || first >= second ? undefined : onePiece(match, dayWords(place, first));
}

const YEAR_FORMS: ReadonlyMap<string, Case> = new Map<string, Case>([
  ['года', 'genitive'],
  ['году', 'prepositional'],
  ['годом', 'instrumental'],
  ['год', 'nominative'],
  ['року', 'genitive'],
  ['році', 'prepositional'],
  ['роком', 'instrumental'],
  ['рік', 'nominative'],
]);

function readYear({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(YEAR, text, at);
  const [, digits = '', word = '', dot = ''] = match ?? [];
  const small = word.toLowerCase();
  // In a Russian text «р» are roubles, in a Ukrainian one «г» is nothing.
  if (match === undefined || (small === 'р' && language === 'ru') || (small === 'год' && language === 'uk')) return undefined;
  const inside = /^(?:в|во|у)$/iu.test(wordBefore(text, at));
  const wanted = YEAR_FORMS.get(small) ?? (inside ? 'prepositional' : 'genitive');
  const noun = YEAR_FORMS.has(small) ? word : yearNoun(wanted, language);
  const end = at + match[0].length - (dot === '' ? 0 : Math.max(YEAR_FORMS.has(small) ? 1 : 0, sentenceDot(text, at + match[0].length)));
  return [{ start: at, end, words: `${ordinal(Number(digits), language, 'masculine', wanted)} ${noun}` }];
}

function yearNoun(wanted: Case, language: Language): string {
  if (language === 'ru') return wanted === 'prepositional' ? 'году' : 'года';
  return wanted === 'prepositional' ? 'році' : 'року';
}

function yearWords(year: number, language: Language): string {
  return `${ordinal(year, language, 'masculine', 'genitive')} ${yearNoun('genitive', language)}`;
}

/** «на третье», «к третьему», else when: «третьего ноября». */
function dayWords({ text, at, language }: Place, day: number, otherwise: Case = 'genitive'): string {
  const before = wordBefore(text, at);
  const named = /^(?:сегодня|завтра|послезавтра|сьогодні|післязавтра|дата|дату)$/iu.test(before);
  const asked = named ? 'nominative' : caseAfter(before, language);
  return ordinal(day, language, 'neuter', asked ?? otherwise);
}

/** A date between signs or the ends of the text names itself; else it says when. */
function alone({ text, at }: Place, length: number): Case {
  const opened = at === 0 || /[:("] ?$/u.test(text.slice(Math.max(0, at - 2), at));
  return opened && /^(?:$|[.,;)"])/u.test(text.slice(at + length, at + length + 1)) ? 'nominative' : 'genitive';
}

/** 1 when the dot before an offset belongs to the sentence, not to an abbreviation. */
function sentenceDot(text: string, end: number): 0 | 1 {
  return text.charAt(end - 1) === '.' && /^(?:$| ?\p{Lu})/u.test(text.slice(end, end + 2)) ? 1 : 0;
}

function monthName(month: number, language: Language): string {
  return MONTHS[language][month - 1] ?? '';
}

function isDay(day: number, month: number): boolean {
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
