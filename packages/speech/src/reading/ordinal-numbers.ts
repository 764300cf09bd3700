import type { Language } from '../language.ts';
import { type Case, CASES, caseAsked, type Gender, inCase } from './grammar.ts';
import { isLabelled } from './labels.ts';
import { countedNoun, nounForm } from './nouns.ts';
import { cardinal, pluralClass } from './numbers.ts';
import { LARGEST_ORDINAL, ordinal } from './ordinals.ts';
import { matchAt, onePiece, type Piece, type Place, wordBefore } from './reading.ts';

const WITH_ENDING = /(\d{1,4})(?:-(\p{L}{1,3})|(й|я|го|му|ая|ый|ій|та|ти|ть|ої))(?!\p{L})/iuy;
const FLOOR = /(\d{1,3}) ?(\p{L}[\p{L}']{1,12})(?![\p{L}'])(?! ?№? ?\d)(\.?)/uy;

const COMPOUND = /(\d{1,3})-(\p{Ll}{4,20})(?!\p{L})/uy;

type OrdinalForm = readonly [Gender, Case];

const ORDINAL_ENDINGS: Record<Language, ReadonlyMap<string, OrdinalForm>> = {
  ru: endings(
    `masculine:nominative:й,ый,ий,ой feminine:nominative:я,ая,ья neuter:nominative:е,ое,ье masculine:genitive:го,ого,его
     masculine:dative:му,ому,ему masculine:instrumental:м,ым,им masculine:prepositional:ом,ем feminine:accusative:ю,ую,ью`,
  ),
  uk: endings(
    `masculine:nominative:й,ий feminine:nominative:я,ша,га,тя,та,ма neuter:nominative:е,ше,ге,тє,те masculine:genitive:го,ого
     masculine:dative:му,ому masculine:instrumental:м,им feminine:accusative:ю,у,шу,гу,тю,ту feminine:genitive:ї,ої
     feminine:prepositional:ій`,
  ),
};

/** «5-ти», «2-х»: cardinals after all. */
const CARDINAL_ENDINGS: ReadonlyMap<string, Case> = new Map<string, Case>([
  ['ть', 'nominative'],
  ['ь', 'nominative'],
  ['ти', 'genitive'],
  ['и', 'genitive'],
  ['х', 'genitive'],
  ['ух', 'genitive'],
  ['ёх', 'genitive'],
  ['ех', 'genitive'],
  ['ох', 'genitive'],
  ['ьох', 'genitive'],
]);

/** «3-й» → «третий», «на 2-й» → «на второй», «5-го» → «пятого», «10-ти» → «десяти». */
export function readNumberWithEnding({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(WITH_ENDING, text, at);
  const value = Number(match?.[1]);
  if (match === undefined || value > LARGEST_ORDINAL) return undefined;
  const ending = (match[2] ?? match[3] ?? '').toLowerCase();
  const asked = caseAsked(text, at, language);
  const found =
    seventhOrEighth(text, match, ending, value, language) ??
    ORDINAL_ENDINGS[language].get(ending) ??
    feminineLetter(text, match, ending, language);
  if (found !== undefined) {
    const [gender, grammaticalCase] =
      secondOfTwo(text, match, ending) ?? obliqueFeminine(text, match, ending, asked) ?? localCase(found, wordBefore(text, at));
    return onePiece(match, ordinal(value, language, gender, grammaticalCase));
  }
  const declined = CARDINAL_ENDINGS.get(ending);
  return declined === undefined ? undefined : onePiece(match, cardinal(value, language, { case: declined }));
}

/** «7-му поїздку» → «сьому», «у 7-му під'їзді» → «сьомому»; of other numbers «-му» is only masculine. */
function seventhOrEighth(text: string, match: RegExpExecArray, ending: string, value: number, language: Language): OrdinalForm | undefined {
  if (language !== 'uk' || ending !== 'му' || !/^(?:\d*[02-9])?[78]$/u.test(String(value))) return undefined;
  const end = match.index + match[0].length;
  return /^(?! \p{L})|^ \p{L}{0,20}[ую](?!\p{L})/u.test(text.slice(end, end + 24)) ? ['feminine', 'accusative'] : undefined;
}

/** «пер. 1-й Конной Армии»: adjective and noun behind show a feminine genitive; «1-й Лесной переулок» does not. */
function secondOfTwo(text: string, match: RegExpExecArray, ending: string): OrdinalForm | undefined {
  const end = match.index + match[0].length;
  const shown = ending === 'й' && /^ \p{Lu}\p{Ll}{2,16}[ое]й \p{Lu}\p{Ll}{2,16}[иы](?!\p{L})/u.test(text.slice(end, end + 40));
  return shown ? ['feminine', 'genitive'] : undefined;
}

/** «1-а міська лікарня» is an ordinal, «Садова 12-а» a house. */
function feminineLetter(text: string, match: RegExpExecArray, ending: string, language: Language): OrdinalForm | undefined {
  const end = match.index + match[0].length;
  const isOrdinal = language === 'uk' && ending === 'а' && /^ \p{Ll}{3,20}[ая](?!\p{L})/u.test(text.slice(end, end + 24));
  return isOrdinal ? ['feminine', 'nominative'] : undefined;
}

/** «на 3-й улице», «у 2-й парадной»: the short ending of a feminine noun's oblique case. */
function obliqueFeminine(text: string, match: RegExpExecArray, ending: string, asked: Case | undefined): OrdinalForm | undefined {
  if (ending !== 'й' || asked === undefined) return undefined;
  const next = /^ (\p{L}{2,20})/u.exec(text.slice(match.index + match[0].length, match.index + match[0].length + 24))?.[1] ?? '';
  if (asked === 'accusative') return /[еиійї]$/u.test(next) ? ['feminine', 'prepositional'] : undefined;
  return ['feminine', asked];
}

/** «на 3-м этаже» is where, «с 3-м» is with what. */
function localCase(form: OrdinalForm, before: string): OrdinalForm {
  return form[1] === 'instrumental' && /^(?:в|во|на|о|об|при)$/iu.test(before) ? ['masculine', 'prepositional'] : form;
}

/** First parts of compounds that are not the genitive of the number. */
const FIRST_PARTS: Record<Language, Readonly<Record<number, string>>> = {
  ru: { 1: 'одно', 90: 'девяносто', 100: 'сто' },
  uk: { 1: 'одно', 2: 'дво', 3: 'три', 4: 'чотири', 90: "дев'яносто", 100: 'сто' },
};

/** «40-летия» → «сорокалетия», «5-минутный», «50-річчя» → «п'ятдесятиріччя». */
export function readCompound({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(COMPOUND, text, at);
  const value = Number(match?.[1]);
  if (match === undefined || value === 0) return undefined;
  const first = FIRST_PARTS[language][value] ?? cardinal(value, language, { case: 'genitive' }).replaceAll(' ', '');
  return onePiece(match, first + (match[2] ?? ''));
}

type NumberedForm = OrdinalForm | 'abbreviation';

/** Form of a noun that is numbered, not counted → its case; abbreviations take the case that is asked for. */
const NUMBERED: Record<Language, ReadonlyMap<string, NumberedForm>> = {
  ru: numberedNouns(
    `nominative:подъезд,этаж,вход,терминал,корпус genitive:подъезда,этажа,входа,терминала,корпуса dative:подъезду,этажу,входу,терминалу
     prepositional:подъезде,этаже,входе,терминале,корпусе instrumental:подъездом,этажом feminine/nominative:больница,поликлиника,школа,парадная feminine/prepositional:больнице,поликлинике
     nominative:подьезд,микрорайон genitive:подьезда,микрорайона dative:подьезду prepositional:подьезде,микрорайоне abbreviation:эт,под`,
  ),
  uk: numberedNouns(
    `nominative:під'їзд,поверх,вхід,термінал,корпус genitive:під'їзду,поверху,входу,терміналу,корпусу
     prepositional:під'їзді,поверсі,вході,терміналі,корпусі instrumental:під'їздом,поверхом feminine/nominative:лікарня,поліклініка,школа nominative:підїзд,подъезд,подьезд,мікрорайон genitive:під'їзда,підїзду,підїзда,подъезда,подьезда,мікрорайону
     prepositional:підїзді,мікрорайоні abbreviation:пов,під`,
  ),
};

const ABBREVIATED: Record<string, Partial<Record<Case, string>>> = {
  эт: { nominative: 'этаж', genitive: 'этажа', dative: 'этажу', accusative: 'этаж', prepositional: 'этаже' },
  под: { nominative: 'подъезд', genitive: 'подъезда', dative: 'подъезду', accusative: 'подъезд', prepositional: 'подъезде' },
  пов: { nominative: 'поверх', genitive: 'поверху', dative: 'поверху', accusative: 'поверх', prepositional: 'поверсі' },
  під: { nominative: "під'їзд", genitive: "під'їзду", dative: "під'їзду", accusative: "під'їзд", prepositional: "під'їзді" },
};

/** «2 подъезд» → «второй подъезд», «на 3 этаже» → «на третьем этаже»; «2 подъезда» is a count. */
export function readNumberedNoun({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(FLOOR, text, at);
  if (match === undefined || isLabelled(text, at)) return undefined;
  const [, digits = '', word = '', dot = ''] = match;
  const small = word.toLowerCase();
  const found = NUMBERED[language].get(small);
  const value = Number(digits);
  if (found === undefined || value === 0) return undefined;
  const asked = caseAsked(text, at, language);
  if (found !== 'abbreviation' && found[1] === 'genitive' && asked !== 'genitive') return undefined;
  const start = at + match[0].length - dot.length - word.length;
  if (found !== 'abbreviation')
    return [
      { start: at, end: at + digits.length, words: ordinal(value, language, ...found) },
      { start, end: start + word.length, words: word },
    ];
  // «2 под домом»: only «эт» and «пов» are no words.
  if (dot === '' && small !== 'эт' && small !== 'пов') return undefined;
  const end = at + match[0].length;
  const endsSentence = dot !== '' && /^(?:$| ?\p{Lu})/u.test(text.slice(end, end + 2));
  const place = asked === 'accusative' ? 'prepositional' : (asked ?? 'nominative');
  return [
    { start: at, end: at + digits.length, words: ordinal(value, language, 'masculine', place) },
    { start, end: endsSentence ? end - 1 : end, words: ABBREVIATED[small]?.[place] ?? word },
  ];
}

const DETERMINED = /(\d{1,3}) (\p{L}[\p{L}']{2,15})(?![\p{L}'])/uy;
const DETERMINERS = /^(?:ваша|ваш|ваше|вашу|каждая|каждый|каждое|каждую|эта|этот|кожна|кожен|кожний|кожне|кожну|ця|цей)$/iu;

/** «каждая 5 поездка» → «пятая», «Ваш 11 заказ» → «одиннадцатый»: a singular behind such a word is no count. */
export function readDetermined({ text, at, language }: Place): readonly Piece[] | undefined {
  const before = wordBefore(text, at);
  const match = DETERMINERS.test(before) ? matchAt(DETERMINED, text, at) : undefined;
  const [, digits = '', word = ''] = match ?? [];
  const noun = match === undefined ? undefined : countedNoun(word, language);
  const value = Number(digits);
  if (match === undefined || noun === undefined || noun.isUnit || value === 0) return undefined;
  const wanted = /[ую]$/iu.test(before) ? 'accusative' : 'nominative';
  if (inCase(noun.singular, wanted) !== word.toLowerCase()) return undefined;
  // «ваш 1 заказ», «Ваше 2 замовлення» may be counts.
  if (pluralClass(value) === 'one' || nounForm(noun, value, wanted, language) === word.toLowerCase()) return undefined;
  const start = at + digits.length + 1;
  return [
    { start: at, end: at + digits.length, words: ordinal(value, language, noun.gender, wanted) },
    { start, end: start + word.length, words: word },
  ];
}

function endings(list: string): ReadonlyMap<string, OrdinalForm> {
  const forms = new Map<string, OrdinalForm>();
  for (const entry of list.split(/\s+/u)) {
    const [gender = '', grammaticalCase = '', written = ''] = entry.split(':');
    for (const ending of written.split(',')) forms.set(ending, [gender as Gender, grammaticalCase as Case]);
  }
  return forms;
}

function numberedNouns(list: string): ReadonlyMap<string, NumberedForm> {
  const forms = new Map<string, NumberedForm>();
  for (const entry of list.split(/\s+/u)) {
    const [key = '', words = ''] = entry.split(':');
    const gender: Gender = key.startsWith('feminine/') ? 'feminine' : 'masculine';
    const named = CASES.find((each) => key.endsWith(each));
    const form: NumberedForm = named === undefined ? 'abbreviation' : [gender, named];
    for (const word of words.split(',')) forms.set(word, form);
  }
  return forms;
}
