import { expect, test } from 'vitest';
import { FakeClock } from '../src/index.ts';

test('sleeps end in the order of their times, each at its own', async () => {
  const clock = new FakeClock(1_000);
  const woken: string[] = [];
  const note = (name: string) => () => woken.push(`${name} ${clock.monotonic()} ${clock.now()}`);
  void clock.sleep(20).then(note('later'));
  void clock.sleep(10).then(note('sooner'));
  await clock.advance(15);
  expect(woken).toEqual(['sooner 10 1010']);
  await clock.advance(15);
  expect(woken).toEqual(['sooner 10 1010', 'later 20 1020']);
  expect([clock.monotonic(), clock.now(), clock.sleepers, clock.nextIn]).toEqual([30, 1_030, 0, undefined]);
});

test('what follows a sleep may sleep again within the same advance', async () => {
  const clock = new FakeClock();
  let rounds = 0;
  const run = async (): Promise<void> => {
    for (; rounds < 5; rounds += 1) await clock.sleep(10);
  };
  const running = run();
  await clock.advance(50);
  await running;
  expect(rounds).toBe(5);
});

test('an aborted sleep rejects with the reason, before or while it sleeps', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(10, stop.signal);
  expect(clock.nextIn).toBe(10);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(10, stop.signal)).rejects.toThrow('enough');
  expect(clock.sleepers).toBe(0);
});

test('the wall clock can be set without the monotonic one noticing', () => {
  const clock = new FakeClock(1_000);
  clock.stepWall(-500);
  expect([clock.now(), clock.monotonic()]).toEqual([500, 0]);
});
