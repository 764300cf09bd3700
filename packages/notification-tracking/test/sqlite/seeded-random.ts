import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that follow from the seed. */
export function seededRandom(seed: number): () => number {
  let drawn = 0;
  return () =>
    createHash('sha256')
      .update(`${seed} ${(drawn += 1)}`)
      .digest()
      .readUInt32BE() /
    2 ** 32;
}
