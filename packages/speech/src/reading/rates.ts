import { inCase } from './grammar.ts';
import { countedNoun } from './nouns.ts';
import { labelBefore, matchAt, onePiece, type Piece, type Place } from './reading.ts';

const RATE_UNITS = 'минуту|минута|мин|хв|хвилину|хвилина|км|час|ч|година|годину|год|чел|чол|пас';

/** A pattern's end: no slash follows, unless it is «за» («грн/км»), not an abbreviation's («г/н»). */
export const NO_SLASH_BUT_RATE: string = `(?!/(?!(?:${RATE_UNITS})(?!\\p{L})))`;

const IS_RATE_UNIT = new RegExp(`^(?:${RATE_UNITS})$`, 'iu');
const RATE = /\/(\p{L}{1,8})(?!\p{L})/uy;

/** «грн/км» → «за километр», behind a unit that has been read. */
export function readRate({ text, at, language }: Place): readonly Piece[] | undefined {
  const match = matchAt(RATE, text, at);
  if (match === undefined) return undefined;
  const counted = countedNoun(labelBefore(text, at), language);
  const noun = countedNoun(match[1] ?? '', language);
  if (counted?.isUnit !== true || noun === undefined || !IS_RATE_UNIT.test(match[1] ?? '')) return undefined;
  return onePiece(match, `за ${inCase(noun.singular, noun.animate === 'no' ? 'accusative' : 'genitive')}`);
}
