import { expect, test } from 'vitest';
import { reconnectPauseMs, wasGood } from './reconnect-pause.ts';

test('pauses double from 0.1 s to 10 s, and chance takes up to a half off', () => {
  expect([1, 2, 3, 7, 8, 9, 10_000].map((failures) => reconnectPauseMs(failures, 1))).toEqual([
    100, 200, 400, 6_400, 10_000, 10_000, 10_000,
  ]);
  expect(reconnectPauseMs(1, 0)).toBe(50);
});

test('a connection that lasted half a minute was a good one', () => {
  expect([wasGood(29_999), wasGood(30_000)]).toEqual([false, true]);
});
