import { type Case, caseAfter, caseAsked, formsOf, inCase } from './grammar.ts';
import { isLabelled } from './labels.ts';
import { cardinal, pluralClass } from './numbers.ts';
import { ordinal } from './ordinals.ts';
import { unitAt } from './quantities.ts';
import { labelBefore, matchAt, onePiece, type Piece, type Place, wordBefore } from './reading.ts';

const COLON = /([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![:\d])(?: ?(?:часов|часа|час|ч|годині|години|годин|год)(?!\p{L})\.?(?! ?\d))?/iuy;
const DOTTED = /([01]?\d|2[0-4])[.-]([0-5]\d)(?![.,-]?\d)(?: ?(?:часов|часа|час|ч|годині|години|годин|год)(?!\p{L})\.?(?! ?\d))?/iuy;
const HOUR_UK = /([01]?\d|2[0-4])(?: ?(годині|година|години|годину|год)(?![\p{L}'])(\.?))/iuy;
const HOUR_OF_DAY = /([01]?\d|2[0-4])(?= (?:ранку|вечора|дня|ночі)(?!\p{L}))/uy;
const HOUR_ALONE = /([01]?\d|2[0-4])(?=$|[,;!?)]|\.(?!\d)| (?!\d))/uy;

const HOUR_FORMS = formsOf('час часа часу час часом часе');

/** «15:30» → «пятнадцать тридцать», «до 15:30» → «до пятнадцати тридцати», «о 15:30» → «о п'ятнадцятій тридцять». */
export function readTime(place: Place): readonly Piece[] | undefined {
  const match = matchAt(COLON, place.text, place.at);
  return match === undefined ? readDottedTime(place) : timePiece(match, place);
}

/** A time where one is expected: also «15.30» and «15-30». */
export function readAnnouncedTime(place: Place): readonly Piece[] | undefined {
  const match = matchAt(COLON, place.text, place.at) ?? matchAt(DOTTED, place.text, place.at);
  return match === undefined ? undefined : timePiece(match, place);
}

/** «15.30» is a time behind «в», «к», «о» («в 15-30» too), and where it can be no date; never with a unit behind it. */
function readDottedTime(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const match = matchAt(DOTTED, text, at);
  if (match === undefined || isLabelled(text, at)) return undefined;
  const expected = /^(?:в|во|к|ко|о|об|у|на)$/iu.test(wordBefore(text, at));
  // «с 9-00 до 18-00»: no range ends in them.
  const full = /^\d{1,2}-00/u.test(match[0]) && labelBefore(text, at) !== 'такси' && labelBefore(text, at) !== 'таксі';
  const allowed = expected || full || (match[0].includes('.') && Number(match[2]) > 12 && (match[1] ?? '').length === 2);
  if (!allowed || unitAt(text, at + match[0].length, language) !== undefined) return undefined;
  return timePiece(match, place);
}

/** Ukrainian hours are ordinals: «о 15 годині» → «о п'ятнадцятій годині», «до 15 години», «о 9». */
export function readHour({ text, at, language }: Place): readonly Piece[] | undefined {
  if (language !== 'uk' || isLabelled(text, at)) return undefined;
  const before = wordBefore(text, at).toLowerCase();
  const match = matchAt(HOUR_UK, text, at);
  const ofDay = /^(?:на|до|з|із|зі|після|к|ко|в|у|близько|біля|коло)$/u.test(before) ? matchAt(HOUR_OF_DAY, text, at) : undefined;
  if (ofDay !== undefined) {
    const asked = /^[ву]$/u.test(before) ? 'prepositional' : (caseAfter(before, 'uk') ?? 'nominative');
    return onePiece(ofDay, ordinal(Number(ofDay[1]), 'uk', 'feminine', asked));
  }
  const when = before === 'о' || before === 'об';
  if (match === undefined) {
    const alone = when ? matchAt(HOUR_ALONE, text, at) : undefined;
    return alone === undefined || unitAt(text, at + alone[0].length, language)?.noun.isUnit === true
      ? undefined
      : onePiece(alone, ordinal(Number(alone[1]), 'uk', 'feminine', 'prepositional'));
  }
  const [, digits = '', word = '', dot = ''] = match;
  const asked = hourCase(before, word.toLowerCase(), Number(digits));
  if (asked === undefined) return undefined;
  const wordEnd = match.index + match[0].length - dot.length;
  const endsSentence = dot !== '' && /^\.(?:$| ?\p{Lu})/u.test(text.slice(wordEnd, wordEnd + 3));
  const end = word.toLowerCase() === 'год' && !endsSentence ? wordEnd + dot.length : wordEnd;
  const noun = inCase(formsOf('година години годині годину годиною годині'), asked);
  return [
    { start: at, end: at + digits.length, words: ordinal(Number(digits), 'uk', 'feminine', asked) },
    { start: wordEnd - word.length, end, words: noun },
  ];
}

function hourCase(before: string, word: string, value: number): Case | undefined {
  if (before === 'о' || before === 'об') return 'prepositional';
  if (word === 'годині') return 'prepositional';
  if (word === 'години' && caseAfter(before, 'uk') === 'genitive') return 'genitive';
  return word === 'годину' && before === 'на' && pluralClass(value) !== 'one' ? 'accusative' : undefined;
}

function timePiece(match: RegExpExecArray, { text, at, language }: Place): readonly Piece[] {
  const before = wordBefore(text, at);
  const asked = caseAsked(text, at, language) ?? 'nominative';
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  // A unit's dot that ends the sentence stays with the sentence.
  const end = match[0].endsWith('.') && /^(?:$| ?\p{Lu})/u.test(text.slice(at + match[0].length, at + match[0].length + 2));
  const piece = { start: at, end: at + match[0].length - (end ? 1 : 0) };
  return [{ ...piece, words: language === 'ru' ? russianTime(hours, minutes, asked) : ukrainianTime(hours, minutes, asked, before) }];
}

function russianTime(hours: number, minutes: number, asked: Case): string {
  const hour = hours === 1 ? inCase(HOUR_FORMS, asked) : cardinal(hours, 'ru', { case: asked });
  if (minutes === 0) return `${hour} ноль ноль`;
  const minute = cardinal(minutes, 'ru', { gender: 'feminine', case: asked });
  return minutes < 10 ? `${hour} ноль ${minute}` : `${hour} ${minute}`;
}

function ukrainianTime(hours: number, minutes: number, asked: Case, before: string): string {
  // «у 15:30» is said like «о 15:30».
  const hourCaseAsked = /^[ув]$/iu.test(before) ? 'prepositional' : asked;
  const hour = ordinal(hours, 'uk', 'feminine', hourCaseAsked);
  if (minutes === 0) return `${hour} нуль нуль`;
  const minute = cardinal(minutes, 'uk', { gender: 'feminine' });
  return minutes < 10 ? `${hour} нуль ${minute}` : `${hour} ${minute}`;
}
