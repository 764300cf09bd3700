import type { Language } from '../language.ts';
import { type Case, caseAsked, type Gender, inCase } from './grammar.ts';
import { isLabelled } from './labels.ts';
import { inPairs } from './digit-groups.ts';
import { countedNoun, isAnimate, type Noun, nounForm, writtenCase } from './nouns.ts';
import { cardinal, LARGEST_NUMBER, pluralClass } from './numbers.ts';
import { NO_SLASH_BUT_RATE } from './rates.ts';
import { labelBefore, matchAt, onePiece, type Piece, type Place, wordBefore } from './reading.ts';

const DIGITS = /\d{1,60}/y;
/** Thousands set apart by spaces; only before a unit or with three zeros at the end, else these are several numbers. */
const GROUPED = /(\d{1,3}(?: \d{3}){1,3})(?:[.,](\d{1,3}))?(?!\d)/y;
const PLAIN = /(\d{1,12})(?:[.,](\d{1,3}))?(?![.,]?\d)/y;
const RANGE = /(\d{1,4})(?: ?- ?|\.{2,3})(\d{1,4})(?![.,:/-]?\d)/y;
const UNIT = new RegExp(` ?([\\p{L}']{1,20}|°[CС]|[%°$€₴₽])(?![\\p{L}']|-\\p{L})${NO_SLASH_BUT_RATE}(\\.?)`, 'uy');

/** A noun found behind a number. */
export interface UnitFound {
  readonly noun: Noun;
  readonly written: string;
  /** Not a form of the noun: it is corrected like a unit. */
  readonly abbreviated: boolean;
  readonly start: number;
  readonly end: number;
}

/** The counted noun or its abbreviation at an offset, a space before it allowed; the dot of an abbreviation belongs to it. */
export function unitAt(text: string, at: number, language: Language): UnitFound | undefined {
  const match = matchAt(UNIT, text, at);
  const written = match?.[1] ?? '';
  const noun = match === undefined ? undefined : countedNoun(written, language);
  if (match === undefined || noun === undefined) return undefined;
  const dot = match[2] === '.';
  const wordEnd = match.index + match[0].length - (dot ? 1 : 0);
  const newSentence = dot && /^\.(?:$| ?["(]?\p{Lu})/u.test(text.slice(wordEnd, wordEnd + 4));
  // «Крещатик 5 м. Театральная»: a metro station, not metres.
  if (newSentence && written.toLowerCase() === 'м' && wordEnd + 1 < text.length) return undefined;
  // «кв. 5 т. 067…»: a telephone, not tonnes.
  if (written.toLowerCase() === 'т' && /^\.? ?[+(\d]/u.test(text.slice(wordEnd, wordEnd + 3))) return undefined;
  const abbreviated = !noun.singular.includes(written.toLowerCase()) && !noun.plural.includes(written.toLowerCase());
  return { noun, written, abbreviated, start: wordEnd - written.length, end: dot && abbreviated && !newSentence ? wordEnd + 1 : wordEnd };
}

/**
 * A number with what it counts: «5 мин» → «пять минут», «через 1 минуту» → «одну минуту», «до 5-7 минут» → «пяти-семи минут»,
 * «2.5 км» → «два с половиной километра». Every run of digits is read, whatever it is.
 */
export function readQuantity(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const labelled = isLabelled(text, at);
  const range = readRange(place, labelled);
  if (range !== undefined) return range;
  const grouped = labelled ? undefined : matchAt(GROUPED, text, at);
  const groupedUnit = grouped === undefined ? undefined : unitAt(text, at + grouped[0].length, language);
  const isGrouped = groupedUnit !== undefined || grouped?.[1]?.endsWith(' 000') === true;
  const match = isGrouped ? grouped : matchAt(PLAIN, text, at);
  // «подъезд 1,2»: two of them.
  const listed = isList(place, match);
  if (listed !== undefined) return [listed];
  if (match === undefined || (match[0].startsWith('0') && /^\d\d/u.test(match[0]))) return readDigits(place);
  const value = Number((match[1] ?? '').replaceAll(' ', ''));
  const fraction = (match[2] ?? '').replace(/^0+$/u, '');
  if (value > LARGEST_NUMBER) return readDigits(place);
  const end = at + match[0].length;
  const unit = labelled ? undefined : unitAt(text, end, language);
  if (unit === undefined) return onePiece(match, bareNumber(place, end, value, fraction, match[2] ?? '', labelled));
  const asked = caseOfMeasure(place, unit, value) ?? caseAsked(text, at, language);
  const shown = writtenCase(unit.noun, unit.written, value, asked, language);
  // «заказ 15 машина подана»: the noun goes on with the sentence, nothing is counted.
  if (shown === undefined && !unit.noun.isUnit && !unit.abbreviated)
    return onePiece(match, bareNumber(place, end, value, fraction, '', labelled));
  // A fraction is followed by a genitive of its own: «1.5 часа».
  const wanted = chosenCase(asked, fraction !== '' && asked === undefined && shown === 'genitive' ? undefined : shown);
  const words = fraction === '' ? wholeWith(unit.noun, value, wanted, language) : decimalWith(unit.noun, value, fraction, wanted, language);
  return [
    { start: at, end, words: words.number },
    { start: unit.start, end: unit.end, words: words.noun },
  ];
}

/** Number and noun apart, both in a case. */
export function wholeWith(noun: Noun, value: number, wanted: Case, language: Language): { readonly number: string; readonly noun: string } {
  const animate = isAnimate(noun, value, wanted);
  return {
    number: cardinal(value, language, { gender: noun.gender, case: wanted, animate }),
    noun: nounForm(noun, value, wanted, language),
  };
}

/** «по 1 грн» → «по одной гривне»; «в 200 м от Вас» → «в двухстах метрах», but «в 5 мин» may be a term. */
function caseOfMeasure({ text, at, language }: Place, { noun, abbreviated, end }: UnitFound, value: number): Case | undefined {
  const before = wordBefore(text, at).toLowerCase();
  if (before === 'по' && pluralClass(value) === 'one' && (noun.isUnit || abbreviated))
    return language === 'ru' ? 'dative' : 'prepositional';
  const isPlace = /^[ву]$/u.test(before) && noun.isUnit && /^ (?:от|від|езды|їзди|ходьбы|ходьби)(?!\p{L})/u.test(text.slice(end, end + 10));
  return isPlace ? 'prepositional' : undefined;
}

function chosenCase(asked: Case | undefined, shown: Case | undefined): Case {
  // «в 5 минутах»: the noun knows better than the preposition.
  const certain = shown === 'dative' || shown === 'instrumental' || shown === 'prepositional';
  return (certain ? shown : (asked ?? shown)) ?? 'nominative';
}

function readRange(place: Place, labelled: boolean): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const match = matchAt(RANGE, text, at);
  const [from = '', to = ''] = [match?.[1], match?.[2]];
  if (match === undefined || /^0\d/u.test(from) || /^0\d/u.test(to)) return undefined;
  const end = at + match[0].length;
  const unit = labelled ? undefined : unitAt(text, end, language);
  const asked = labelled ? undefined : caseAsked(text, at, language);
  const shown = unit === undefined ? undefined : writtenCase(unit.noun, unit.written, Number(to), asked, language);
  const counts = unit !== undefined && (unit.noun.isUnit || unit.abbreviated || shown !== undefined);
  const wanted = chosenCase(asked, shown);
  const agreement = { case: wanted, ...(counts ? { gender: unit.noun.gender } : {}) };
  const words = `${cardinal(Number(from), language, agreement)}-${cardinal(Number(to), language, agreement)}`;
  const number = { start: at, end, words };
  return counts ? [number, { start: unit.start, end: unit.end, words: nounForm(unit.noun, Number(to), wanted, language) }] : [number];
}

const LISTED = /^(?:подъезд|подъезды|под'їзд|під'їзд|під'їзди|этаж|поверх|кв|квартира|под|під|эт|пов)$/u;

function isList({ text, at, language }: Place, match: RegExpExecArray | undefined): Piece | undefined {
  const digits = match?.[0].includes(',') === true && match[2] !== undefined ? match[1] : undefined;
  if (digits === undefined || !LISTED.test(labelBefore(text, at))) return undefined;
  return { start: at, end: at + digits.length, words: cardinal(Number(digits.replaceAll(' ', '')), language) };
}

/** «007», «0012», more digits than a number can have. */
function readDigits({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(DIGITS, text, at);
  if (match === undefined) return undefined;
  const digits = match[0];
  if (digits.length > 3) return onePiece(match, inPairs(digits, language, digits.length > 6 ? ', ' : ' '));
  return onePiece(match, inPairs(digits, language));
}

function bareNumber(place: Place, end: number, value: number, fraction: string, writtenFraction: string, labelled: boolean): string {
  const { text, at, language } = place;
  const wanted = labelled ? 'nominative' : (caseAsked(text, at, language) ?? 'nominative');
  if (fraction === '' && writtenFraction === '')
    return cardinal(value, language, labelled ? {} : agreementWithUnknown(place, end, value, wanted, language));
  // «45.50» without a currency: said as a price or a time would be.
  if (writtenFraction.length === 2) return `${cardinal(value, language, { case: wanted })} ${inPairs(writtenFraction, language)}`;
  if (fraction === '') return cardinal(value, language, { case: wanted });
  if (fraction === '5' && value > 0) return `${cardinal(value, language, { case: wanted })} ${HALF[language]}`;
  return decimal(value, fraction, language);
}

const NEXT_WORDS = / (\p{Ll}{3,20})(?: (\p{Ll}{3,20}))?(?!\p{L})/uy;
const ADJECTIVE = /(?:[ыи]х|[ыи]е|[ая]я|[ое]е|[ыи]й|[иыі]ми|і|а|е|у|ої|ого|ому|ую)$/u;

/**
 * Agreement with what the lexicon does not know: an adjective takes the gender of the known noun behind it («2 белых машины»), a noun
 * that of its ending («1 сумочка», «1 окно», Russian «2 сумочки»); «2 детскими креслами» shows its case.
 */
function agreementWithUnknown(
  { text, at }: Place,
  end: number,
  value: number,
  wanted: Case,
  language: Language,
): { readonly gender?: Gender; readonly case: Case; readonly animate?: boolean } {
  const match = matchAt(NEXT_WORDS, text, end);
  const next = match?.[1] ?? '';
  if (/[иыі]ми$/u.test(next)) return { case: 'instrumental' };
  const noun = ADJECTIVE.test(next) ? countedNoun(match?.[2] ?? '', language) : undefined;
  if (noun !== undefined) return { gender: noun.gender, case: wanted };
  const plural = pluralClass(value);
  // «с 1 собакой», «с 1 котом»
  const isWith = plural === 'one' && /^(?:со?|з|із|зі)$/iu.test(wordBefore(text, at));
  if (isWith && /(?:[оеё]й|[оеє]ю)$/u.test(next)) return { gender: 'feminine', case: 'instrumental' };
  if (isWith && /[оеєё]м$/u.test(next)) return { case: 'instrumental' };
  // «до 1 города», «на 1 кота» are no feminines.
  if (plural === 'one' && /[ая]$/u.test(next) && wanted === 'nominative') return { gender: 'feminine', case: wanted };
  if (plural === 'one' && /[ая]$/u.test(next)) return { case: wanted, animate: true };
  if (plural === 'one' && /[ыиії]$/u.test(next) && wanted === 'genitive') return { gender: 'feminine', case: wanted };
  if (plural === 'one' && /[ую]$/u.test(next) && wanted === 'accusative') return { gender: 'feminine', case: wanted };
  if (plural === 'one' && /[ое]$/u.test(next)) return { gender: 'neuter', case: wanted };
  // «две белые», but «два белых»; «две сумочки».
  if (plural === 'few' && language === 'ru' && /(?:[ыи]|[ыи]е)$/u.test(next)) return { gender: 'feminine', case: wanted };
  return { case: wanted };
}

const HALF: Record<Language, string> = { ru: 'с половиной', uk: 'з половиною' };
const WHOLE: Record<Language, readonly [string, string]> = { ru: ['целая', 'целых'], uk: ['ціла', 'цілих'] };
const PARTS: Record<Language, readonly string[]> = { ru: ['десят', 'сот', 'тысячн'], uk: ['десят', 'сот', 'тисячн'] };
const PART_ENDINGS: Record<Language, readonly [string, string]> = { ru: ['ая', 'ых'], uk: ['а', 'их'] };

function decimal(value: number, fraction: string, language: Language): string {
  const count = Number(fraction);
  const whole = WHOLE[language][pluralClass(value) === 'one' ? 0 : 1];
  const part = (PARTS[language][fraction.length - 1] ?? '') + PART_ENDINGS[language][pluralClass(count) === 'one' ? 0 : 1];
  const feminine = { gender: 'feminine' } as const;
  return `${cardinal(value, language, feminine)} ${whole} ${cardinal(count, language, feminine)} ${part}`;
}

function decimalWith(noun: Noun, value: number, fraction: string, wanted: Case, language: Language): { number: string; noun: string } {
  const genitive = inCase(noun.singular, 'genitive');
  const oblique = wanted !== 'nominative' && wanted !== 'accusative';
  if (fraction === '5' && value === 1) {
    const feminine = noun.gender === 'feminine';
    if (language === 'uk') return { number: feminine ? 'півтори' : 'півтора', noun: genitive };
    if (oblique) return { number: 'полутора', noun: inCase(noun.plural, wanted) };
    return { number: feminine ? 'полторы' : 'полтора', noun: genitive };
  }
  if (fraction === '5' && value > 1) {
    const number = cardinal(value, language, { gender: noun.gender, case: wanted });
    return { number: `${number} ${HALF[language]}`, noun: nounForm(noun, value, wanted, language) };
  }
  return { number: decimal(value, fraction, language), noun: genitive };
}
