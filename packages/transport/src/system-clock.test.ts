import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

afterEach(() => vi.useRealTimers());

test('now is UTC in milliseconds and monotonic never goes back', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  const before = systemClock.monotonic();
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
});

test('a sleep lasts as long as it was asked to, also beyond the longest timer', async () => {
  vi.useFakeTimers();
  const days = 30 * 86_400_000;
  let awake = false;
  void systemClock.sleep(days).then(() => (awake = true));
  await vi.advanceTimersByTimeAsync(days - 1);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(awake).toBe(true);
});

test('an aborted sleep rejects with the signal’s reason and leaves no timer', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const sleeping = systemClock.sleep(1_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(systemClock.sleep(1_000, stop.signal)).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});
