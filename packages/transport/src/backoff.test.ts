import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const middle = (): number => 0.5;

test('[reading 34] the pauses are 0.5, 1, 2, 5, 10, 30 and again 30 seconds', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 1_000_000].map((attempt) => backoffMs(attempt, { random: middle }));
  expect(pauses).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000]);
});

test('jitter is a fifth either way, or what is asked', () => {
  expect(backoffMs(1, { random: () => 0 })).toBe(800);
  expect(backoffMs(1, { random: () => 0.999_999 })).toBe(1_200);
  expect(backoffMs(1, { random: () => 0, jitter: 0.5 })).toBe(500);
  expect(backoffMs(1, { random: () => 0, jitter: 0 })).toBe(1_000);
});

test('a schedule of one’s own repeats its last pause', () => {
  expect([0, 1, 2].map((attempt) => backoffMs(attempt, { random: middle, scheduleMs: [7, 9] }))).toEqual([7, 9, 9]);
});

test.each([
  ['attempt', () => backoffMs(-1, { random: middle })],
  ['attempt', () => backoffMs(0.5, { random: middle })],
  ['scheduleMs', () => backoffMs(0, { random: middle, scheduleMs: [] })],
  ['scheduleMs', () => backoffMs(0, { random: middle, scheduleMs: [0] })],
  ['jitter', () => backoffMs(0, { random: middle, jitter: 1.1 })],
])('a wrong %s is a RangeError that names it', (name, call) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(name);
});
