import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { untilNoneIsLeft } from './personal-data.ts';

test('a command is run until it finds nothing, and its rows are added up', async () => {
  const left = [500, 500, 3, 0];
  const changed = await untilNoneIsLeft(() => Promise.resolve(left.shift() ?? 0), {
    clock: new FakeClock(),
    signal: new AbortController().signal,
  });
  expect([changed, left]).toEqual([{ rows: 1_003, more: false }, []]);
});

test('an answer takes 8 s at most: what is left is for the next one', async () => {
  const clock = new FakeClock();
  let commands = 0;
  const changing = async (): Promise<number> => {
    commands += 1;
    await clock.advance(1_000);
    return 500;
  };
  expect(await untilNoneIsLeft(changing, { clock, signal: new AbortController().signal })).toEqual({ rows: 4_000, more: true });
  expect(commands).toBe(8);
});

test('a bridge that stops removes nothing more', async () => {
  const stop = new AbortController();
  const changing = (): Promise<number> => {
    stop.abort();
    return Promise.resolve(500);
  };
  expect(await untilNoneIsLeft(changing, { clock: new FakeClock(), signal: stop.signal })).toEqual({ rows: 500, more: true });
});
