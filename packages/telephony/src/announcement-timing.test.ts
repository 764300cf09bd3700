import { expect, test } from 'vitest';
import { readingsThatFit } from './announcement-timing.ts';

test.each([
  [undefined, 5_000, 2],
  [undefined, 22_500, 2],
  [undefined, 22_501, 1],
  [undefined, 60_000, 1],
  [1, 5_000, 1],
  [3, 15_000, 3],
  [3, 15_001, 2],
  [2, 0, 2],
  [0, 5_000, 0],
])('asked for %s readings of %i ms: %i', (readings, readingMs, expected) => {
  expect(readingsThatFit({ text: 'x', ...(readings === undefined ? {} : { readings }) }, readingMs)).toBe(expected);
});
