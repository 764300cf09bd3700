import type { Random } from './random.ts';
import { CARS, RUSSIAN, UKRAINIAN } from './words.ts';

/** How often letters come in running text: each stands in it as often as in about a hundred. */
const RUSSIAN_LETTERS = 'оооооооооооеееееееееаааааааааииииииинннннннттттттссссссррррррвввввллллккккммммдддпппуууяяыыьггзббчйхжшюцщэфъё';
const UKRAINIAN_LETTERS = 'оооооооооаааааааааннннннииииииіііііівввввттттттеееееррррсссскккклллууудддмммпппззяягбььчйхцжїюєшщфґ';
const PLATE_LETTERS = 'АВЕІКМНОРСТХ'.split('');

/** The least that a text is required to hold for its encoding to be told. */
export const LEAST_LETTERS = 10;

/** A text as a dispatcher's program would have it said: Russian or Ukrainian, ten letters or more, at most 400 characters. */
export function generateText(random: Random): string {
  const ukrainian = random.oneIn(2);
  const words = ukrainian ? UKRAINIAN : RUSSIAN;
  const letters = ukrainian ? UKRAINIAN_LETTERS : RUSSIAN_LETTERS;
  const parts: string[] = [];
  const wanted = random.oneIn(4) ? LEAST_LETTERS : LEAST_LETTERS + random.below(60);
  while (cyrillicLetters(parts) < wanted) parts.push(part(random, words, letters));
  const text = parts.join(random.oneIn(16) ? ', ' : ' ');
  switch (random.below(8)) {
    case 0:
      return text.toUpperCase();
    case 1:
      return text.charAt(0).toUpperCase() + text.slice(1) + random.of(['.', '!', '?', '…', '']);
    case 2:
      return `«${text}»`;
    default:
      return text;
  }
}

function part(random: Random, words: readonly string[], letters: string): string {
  switch (random.below(16)) {
    case 0:
      return String(random.below(10_000));
    case 1:
      return random.of(CARS);
    case 2:
      return `${random.of(PLATE_LETTERS)}${random.of(PLATE_LETTERS)} ${String(random.below(10_000)).padStart(4, '0')} ${random.of(PLATE_LETTERS)}${random.of(PLATE_LETTERS)}`;
    case 3:
      return `${random.of(['ул.', 'вул.', 'пр-т', 'д.', 'кв.', 'під.', '№'])} ${1 + random.below(200)}`;
    case 4:
      return `${random.below(24)}:${String(random.below(60)).padStart(2, '0')}`;
    case 5:
    case 6:
      return Array.from({ length: 2 + random.below(9) }, () => letters.charAt(random.below(letters.length))).join('');
    case 7:
      return random.of(words).toUpperCase();
    default:
      return random.of(words);
  }
}

function cyrillicLetters(parts: readonly string[]): number {
  return parts.join('').match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
}
