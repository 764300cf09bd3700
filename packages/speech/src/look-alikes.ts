/** Latin letters that are drawn like a Cyrillic one; capitals are alike more often than small letters. */
const CYRILLIC_OF_LATIN: ReadonlyMap<string, string> = new Map(
  pairs('AА BВ CС EЕ HН IІ KК MМ OО PР TТ XХ YУ aа cс eе iі kк mм oо pр xх yу ïї'),
);

/** As {@link CYRILLIC_OF_LATIN}, for small letters that stand for capitals. */
const CYRILLIC_OF_SMALL_LATIN: ReadonlyMap<string, string> = new Map(pairs('aа bв cс eе hн iі kк mм oо pр tт xх yу'));

const CYRILLIC = /[\u0400-\u04FF]/u;
const LATIN = /[A-Za-z]/u;

/**
 * Makes words all Cyrillic that mix both scripts by look-alikes, as texts typed with the wrong keyboard do; whole Latin words
 * (`Lanos`) stay.
 */
export function withoutMixedWords(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => (CYRILLIC.test(word) && LATIN.test(word) ? cyrillicWord(word) : word));
}

/** The Cyrillic letter drawn like this small letter, else the letter itself; for comparing, not for speaking. */
export function foldLookAlike(small: string): string {
  return CYRILLIC_OF_SMALL_LATIN.get(small) ?? small;
}

function cyrillicWord(word: string): string {
  let folded = '';
  for (const letter of word) {
    const cyrillic = LATIN.test(letter) ? CYRILLIC_OF_LATIN.get(letter) : letter;
    if (cyrillic === undefined) return word;
    folded += cyrillic;
  }
  return folded;
}

function pairs(list: string): [string, string][] {
  return list.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]);
}
