/** The encodings that bytes which are no UTF-8 may be in. */
export const SINGLE_BYTE_ENCODINGS = ['windows-1251', 'koi8-u', 'cp866'] as const;

/** A value of {@link SINGLE_BYTE_ENCODINGS}. */
export type SingleByteEncoding = (typeof SINGLE_BYTE_ENCODINGS)[number];

/** By the names that the platform's decoder has for them. */
const LABELS = { 'windows-1251': 'windows-1251', 'koi8-u': 'koi8-u', cp866: 'ibm866' } as const satisfies Record<
  SingleByteEncoding,
  string
>;
/** The commonest letters of Russian and Ukrainian; in the right encoding they are more than half of a text. */
const COMMON = 'оеаинтсрвліОЕАИНТСРВЛІ';
const CYRILLIC = /[а-яёіїєґ]/i;

/**
 * The encoding in which bytes make the likeliest Russian or Ukrainian: with its commonest letters most often. A guess that gets better
 * with every text; `undefined` for no bytes.
 */
export function guessEncoding(counts: Uint32Array): SingleByteEncoding | undefined {
  if (counts.every((times) => times === 0)) return undefined;
  const [best] = SINGLE_BYTE_ENCODINGS.map((encoding) => ({ encoding, score: score(counts, encoding) })).toSorted(
    (a, b) => b.score - a.score,
  );
  return best?.encoding;
}

function score(counts: Uint32Array, encoding: SingleByteEncoding): number {
  const decoder = new TextDecoder(LABELS[encoding]);
  let total = 0;
  for (const [byte, times] of counts.entries()) {
    if (times === 0) continue;
    const letter = decoder.decode(Uint8Array.of(byte));
    total += times * (COMMON.includes(letter) ? 3 : CYRILLIC.test(letter) ? 1 : -3);
  }
  return total;
}
