import type { Language } from '../language.ts';
import { digitGroup, inPairs } from './digit-groups.ts';
import { isCodeLabelled, isModelLabelled, isPlateLabelled } from './labels.ts';
import { letterNames } from './letters.ts';
import { isLetterAt, matchAt, onePiece, type Piece, type Place } from './reading.ts';

/** Letters that plates use: those which Cyrillic and Latin share, a few more where Ukraine issued them. */
const L = '[АВЕКМНОРСТХУІИЛДЗЖБЯЮЇABCEHIKMOPTXYZDLFRUN]';
const END = '(?![\\p{L}\\d])';
const GAP = '[ -]?';

/** Series before, digits, series behind. Glued ones are plates in any case of letters; apart, only in capitals. */
const GLUED = [new RegExp(`(${L}{2})(\\d{4})(${L}{2})${END}`, 'iuy'), new RegExp(`(${L})(\\d{3})(${L}{2})(\\d{2,3})?${END}`, 'iuy')];
const APART = [
  new RegExp(`(${L}{2})${GAP}(\\d{4})${GAP}(${L}{2})${END}`, 'uy'),
  new RegExp(`(${L}{2})${GAP}(\\d{2}-\\d{2})${GAP}(${L}{2})${END}`, 'uy'),
  new RegExp(`(${L})${GAP}(\\d{3})${GAP}(${L}{2})${GAP}(\\d{2,3})?${END}`, 'uy'),
  new RegExp(`()(\\d{3}-?\\d{2})${GAP}(${L}{2})${END}`, 'uy'),
  new RegExp(`()(\\d{4})${GAP}(${L}{2})${END}`, 'uy'),
  new RegExp(`(${L}{2})${GAP}(\\d{4})()${END}`, 'uy'),
  new RegExp(`(${L}{2})${GAP}(\\d{3})${GAP}()(\\d{2,3})${END}`, 'uy'),
];
const EVERYWHERE = [...GLUED, ...APART];
/** What a `{plate}` slot or the word «номер» also lets be a plate. */
const ANNOUNCED = [...APART.map(({ source }) => new RegExp(source, 'iuy')), new RegExp(`()(\\d{4})()${END}`, 'uy')];
const BARE = /\d{2}-?\d{2}(?![\p{L}\d])(?![.,:/-]\d)/uy;
const MODEL = /\d{4,5}(?![\p{L}\d])(?![.,:/-]\d)/uy;

/**
 * «АА1234ВВ» → letters by their names, digits in pairs, a pause between; also «123-45 КА», «А123ВС77», Latin look-alikes,
 * and four digits behind «госномер».
 */
export function readPlate(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  // No series has three letters: most words end here.
  if (isLetterAt(text, at) && isLetterAt(text, at + 1) && isLetterAt(text, at + 2)) return undefined;
  for (const pattern of EVERYWHERE) {
    const match = matchAt(pattern, text, at);
    if (match !== undefined && !isMeasure(match)) return onePiece(match, plateWords(match, language));
  }
  if (isPlateLabelled(text, at) || isCodeLabelled(text, at)) {
    const match = matchAt(BARE, text, at);
    if (match !== undefined) return onePiece(match, inPairs(match[0].replace('-', ''), language));
  }
  if (isModelLabelled(text, at)) {
    const match = matchAt(MODEL, text, at);
    if (match !== undefined) return onePiece(match, modelWords(match[0], language));
  }
  return undefined;
}

/** A plate where one is expected: any case of letters, also apart, also four digits alone. */
export function readAnnouncedPlate(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  for (const pattern of [...GLUED, ...ANNOUNCED]) {
    const match = matchAt(pattern, text, at);
    if (match !== undefined) return onePiece(match, plateWords(match, language));
  }
  return undefined;
}

/** «ВАЗ 2110», «ВАЗ 21099» → «двадцать один ноль девяносто девять». */
function modelWords(digits: string, language: Language): string {
  return digits.length === 4
    ? inPairs(digits, language)
    : `${digitGroup(digits.slice(0, 2), language)} ${digitGroup(digits.slice(2), language)}`;
}

/** «1234 КМ», «НА 1234»: capitals that are no series. */
function isMeasure(match: RegExpExecArray): boolean {
  const [, before = '', , behind = ''] = match;
  if (before === '') return /^(?:КМ|КГ|ТО|НА|НЕ|ЗА|ДО|ОТ|ИЛ)$/u.test(behind);
  return behind === '' && /^(?:НА|ЗА|ДО|ОТ|ПО|КВ|УЛ|ТО|ИЗ|НЕ|ДО)$/u.test(before);
}

function plateWords(match: RegExpExecArray, language: Language): string {
  const [, before = '', digits = '', behind = '', region = ''] = match;
  const figures = digits.replace('-', '');
  const groups = figures.length === 3 ? digitGroup(figures, language) : inPairs(figures, language);
  const parts = [letterNames(before, language), groups, letterNames(behind, language), region === '' ? '' : digitGroup(region, language)];
  return parts.filter((part) => part !== '').join(', ');
}
