import type { Random } from './random.ts';

/** Most inputs kept beside the seeds, and the longest one that is kept. */
const MOST_KEPT = 2048;
const LONGEST_KEPT = 600;
/** Behaviours are remembered as bits of a map of a fixed size; two that share a bit pass for one. */
const MAP_BITS = 1 << 22;

/** The inputs that mutations start from: the seeds, and whatever made the codec behave in a combination not seen before. */
export class Corpus {
  readonly #seeds: readonly Uint8Array[];
  readonly #kept: Uint8Array[] = [];
  readonly #seen = new Uint8Array(MAP_BITS / 8);
  /** How many combinations were seen. */
  behaviours = 0;

  constructor(seeds: readonly Uint8Array[]) {
    this.#seeds = seeds;
  }

  /** Any input: a seed every other time. */
  choose(random: Random): Uint8Array {
    if (this.#kept.length === 0 || random.oneIn(2)) return random.of(this.#seeds);
    return random.of(this.#kept);
  }

  /** Keeps a copy of an input if its behaviour is new; when full, in place of one chosen at random. */
  learn(input: Uint8Array, behaviour: number, random: Random): void {
    const bit = behaviour & (MAP_BITS - 1);
    const seen = this.#seen[bit >>> 3] ?? 0;
    if ((seen & (1 << (bit & 7))) !== 0) return;
    this.#seen[bit >>> 3] = seen | (1 << (bit & 7));
    this.behaviours += 1;
    if (input.length > LONGEST_KEPT) return;
    const copy = Uint8Array.from(input);
    if (this.#kept.length < MOST_KEPT) this.#kept.push(copy);
    else this.#kept[random.below(MOST_KEPT)] = copy;
  }
}
