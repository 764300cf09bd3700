import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

test('deadlines expire in time, once, whatever the order in which they were set', async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const expired: string[] = [];
  deadlines.after(30, () => expired.push(`30 at ${clock.monotonic()}`));
  deadlines.after(10, () => expired.push(`10 at ${clock.monotonic()}`));
  deadlines.after(20, () => expired.push(`20 at ${clock.monotonic()}`));
  await clock.advance(25);
  expect(expired).toEqual(['10 at 10', '20 at 20']);
  await clock.advance(100);
  expect(expired).toEqual(['10 at 10', '20 at 20', '30 at 30']);
});

test('however many deadlines there are, one sleep waits for them', () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  for (let ms = 1_000; ms > 0; ms -= 1) deadlines.after(ms, () => undefined);
  expect([clock.sleepers, clock.nextIn]).toEqual([1, 1]);
});

test('a cancelled deadline does not expire, and cancelling none does nothing', async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let expired = false;
  deadlines.cancel(deadlines.after(10, () => (expired = true)));
  deadlines.cancel(undefined);
  await clock.advance(100);
  expect(expired).toBe(false);
});

test('after stop nothing expires and nothing sleeps', async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let expired = false;
  deadlines.after(10, () => (expired = true));
  deadlines.stop();
  expect(clock.sleepers).toBe(0);
  await clock.advance(100);
  expect(expired).toBe(false);
});
