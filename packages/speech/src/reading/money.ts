import type { Language } from '../language.ts';
import { caseAsked } from './grammar.ts';
import { countedNoun, type Noun } from './nouns.ts';
import { cardinal, LARGEST_NUMBER } from './numbers.ts';
import { readQuantity, unitAt, wholeWith } from './quantities.ts';
import { matchAt, onePiece, type Piece, type Place } from './reading.ts';

const AMOUNT = /(\d{1,3}(?: \d{3}){1,3}|\d{1,12})[.,](\d{1,3})(?![.,]?\d)/y;
const SIGN_FIRST = /([$€₴₽]) ?(\d{1,9})(?:[.,](\d{1,2}))?(?!\d)/y;
const PLAIN_AMOUNT = /\d{1,12}(?:[.,]\d{1,2})?(?![.,]?\d)/y;

/** Any spelling of a currency → one of its coin. */
const COINS: Readonly<Record<string, string>> = { грн: 'коп', руб: 'коп', $: 'цент', '€': 'цент' };

/** The coin of a currency's noun; nothing when the noun is no currency. */
function coinOf(noun: Noun, language: Language): Noun | undefined {
  for (const [currency, coin] of Object.entries(COINS)) if (countedNoun(currency, language) === noun) return countedNoun(coin, language);
  return undefined;
}

/** «45.50 грн» → «сорок пять гривен пятьдесят копеек», «$20», «1,200 грн»; whole amounts are quantities. */
export function readMoney(place: Place): readonly Piece[] | undefined {
  const { text, at, language } = place;
  const first = matchAt(SIGN_FIRST, text, at);
  if (first !== undefined) {
    const noun = countedNoun(first[1] ?? '', language);
    return noun === undefined ? undefined : onePiece(first, moneyWords(place, noun, Number(first[2]), coins(first[3] ?? '')));
  }
  const match = matchAt(AMOUNT, text, at);
  const unit = match === undefined ? undefined : unitAt(text, at + match[0].length, language);
  if (match === undefined || unit === undefined || coinOf(unit.noun, language) === undefined) return undefined;
  const whole = Number((match[1] ?? '').replaceAll(' ', ''));
  const fraction = match[2] ?? '';
  // Three digits behind the sign are thousands: no coin is a thousandth.
  const value = fraction.length === 3 ? whole * 1000 + Number(fraction) : whole;
  if (value > LARGEST_NUMBER) return undefined;
  const cents = fraction.length === 3 ? 0 : coins(fraction);
  return [{ start: at, end: unit.end, words: moneyWords(place, unit.noun, value, cents) }];
}

/** An amount where a price is expected; a number without a currency is read as it stands. */
export function readAnnouncedPrice(place: Place): readonly Piece[] | undefined {
  const money = readMoney(place);
  if (money !== undefined) return money;
  return matchAt(PLAIN_AMOUNT, place.text, place.at) === undefined ? undefined : readQuantity(place);
}

function moneyWords({ text, at, language }: Place, noun: Noun, value: number, cents: number): string {
  const wanted = caseAsked(text, at, language) ?? 'nominative';
  const whole = wholeWith(noun, value, wanted, language);
  const coin = coinOf(noun, language);
  if (cents === 0) return `${whole.number} ${whole.noun}`;
  if (coin === undefined) return `${whole.number} ${whole.noun} ${cardinal(cents, language)}`;
  const part = wholeWith(coin, cents, wanted, language);
  return `${whole.number} ${whole.noun} ${part.number} ${part.noun}`;
}

function coins(fraction: string): number {
  return Number(fraction.padEnd(2, '0'));
}
