/** Most tries; each may read the input many times. */
const MOST_TRIES = 400;

/** Takes pieces out of an input, large ones first, as long as it still fails. */
export function shrink(input: Uint8Array, fails: (input: Uint8Array) => boolean): Uint8Array {
  let smallest = input;
  let tries = 0;
  for (let length = Math.ceil(input.length / 2); length >= 1 && tries < MOST_TRIES; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < smallest.length && tries < MOST_TRIES;) {
      const shorter = new Uint8Array([...smallest.subarray(0, at), ...smallest.subarray(at + length)]);
      tries += 1;
      if (fails(shorter)) smallest = shorter;
      else at += length;
    }
  }
  return smallest;
}
