import { foldLookAlike } from './look-alikes.ts';

/** A text reduced to what must agree for two texts to be the same phrase. */
export interface PhraseKey {
  readonly key: string;
  /** Offset in the speakable text of each character of `key`, one more for its end. */
  readonly offsets: readonly number[];
}

const SIGNS = '.,!?:;-()/';

/**
 * Reduces a speakable text: small letters, ё as е, Latin look-alikes as Cyrillic letters, apostrophes and quotes gone, one space at
 * a time and none beside a sign, one of equal signs, no sign at the end.
 */
export function phraseKey(speakable: string): PhraseKey {
  const characters: string[] = [];
  const offsets: number[] = [];
  const push = (character: string, at: number): void => {
    characters.push(character);
    offsets.push(at);
  };
  let at = -1;
  for (const character of lowered(speakable)) {
    at += 1;
    if (character === "'") continue;
    const reduced = character === '"' ? ' ' : character === 'ё' ? 'е' : foldLookAlike(character);
    const last = characters.at(-1) ?? ' ';
    if (reduced === ' ') {
      if (last !== ' ' && !SIGNS.includes(last)) push(' ', at);
      continue;
    }
    if (reduced === '(') {
      // A bracket opens something new: always one space before it.
      if (last !== ' ' && !SIGNS.includes(last)) push(' ', at);
    } else if (SIGNS.includes(reduced)) {
      if (last === ' ' && characters.length > 0) {
        characters.pop();
        offsets.pop();
      }
      if (characters.at(-1) === reduced) continue;
    }
    push(reduced, at);
  }
  while (/^[ .,!?:;()/-]$/u.test(characters.at(-1) ?? '')) {
    characters.pop();
    offsets.pop();
  }
  offsets.push(speakable.length);
  return { key: characters.join(''), offsets };
}

/** Lower case character by character: offsets must not move, and no letter of a speakable text grows by it. */
function lowered(speakable: string): readonly string[] {
  return Array.from({ length: speakable.length }, (_, at) => speakable.charAt(at).toLowerCase());
}
