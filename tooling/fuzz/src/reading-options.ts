import type { DecoderLimits, TextEncoding } from '@taxinav/codec';
import type { Random } from './random.ts';

/** How an input is read. */
export interface ReadingOptions {
  readonly encoding: TextEncoding;
  readonly limits?: Partial<DecoderLimits>;
}

const ENCODINGS: readonly TextEncoding[] = ['utf-8', 'windows-1251', 'koi8-u', 'cp866'];
/** Small caps are reached often and at little cost. */
const LIMITS: readonly Partial<DecoderLimits>[] = [
  { lineBytes: 24 },
  { lineBytes: 60, messageBytes: 120 },
  { messageBytes: 40 },
  { fields: 3 },
  { textCharacters: 5 },
  { lineBytes: 1, messageBytes: 1, fields: 1, textCharacters: 1 },
  { lineBytes: 519 },
];

/** Every way of reading; the first one is the default. */
export const READING_OPTIONS: readonly ReadingOptions[] = [
  { encoding: 'auto' },
  ...ENCODINGS.map((encoding) => ({ encoding })),
  ...LIMITS.map((limits) => ({ encoding: 'auto' as const, limits })),
];

/** Mostly the default way. */
export function chooseOptions(random: Random): number {
  return random.oneIn(3) ? random.below(READING_OPTIONS.length) : 0;
}
