import { expect, test } from 'vitest';
import { Awaited } from './awaited.ts';

test('the first wanted value told from now on is given to everybody who waits', async () => {
  const values = new Awaited<number>();
  values.tell(3);
  const { signal } = new AbortController();
  const both = [values.next((value) => value > 2, 5_000, signal), values.next((value) => value > 4, 5_000, signal)];
  for (const value of [1, 4, 5]) values.tell(value);
  expect(await Promise.all(both)).toEqual([4, 5]);
});

test('waiting ends at its time, at an abort, and at once under an aborted signal', async () => {
  const values = new Awaited<number>();
  const stop = new AbortController();
  const aborted = values.next(() => true, 60_000, stop.signal);
  stop.abort();
  expect(await aborted).toBeUndefined();
  expect(await values.next(() => true, 60_000, stop.signal)).toBeUndefined();
  expect(await values.next(() => true, 1, new AbortController().signal)).toBeUndefined();
});
