import { expect, test } from 'vitest';
import { OwnHeart } from './own-heart.ts';

test('a claim is kept while the beats that were stored are no further apart than others wait', () => {
  const heart = new OwnHeart();
  expect(heart.keeps(0, 0)).toBe(false);
  heart.hasBeaten(0, 5);
  heart.hasBeaten(3_000, 3_005);
  expect([heart.keeps(10, 10), heart.keeps(10, 12_000)]).toEqual([true, true]);
  expect(heart.keeps(10, 12_001)).toBe(false);
  // Nobody had waited long enough: what it had claimed is still its own.
  heart.hasBeaten(12_000, 20_000);
  expect(heart.keeps(10, 20_000)).toBe(true);
});

test('a claim from before a gap is not kept, however young the last beat is; one from after it is', () => {
  const heart = new OwnHeart();
  heart.hasBeaten(0, 5);
  heart.hasBeaten(20_000, 20_100);
  expect([heart.keeps(10, 20_200), heart.keeps(20_050, 20_200), heart.keeps(20_100, 20_200)]).toEqual([false, false, true]);
});
