import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { DeadlineRounds, EXPIRED_A_TURN, type Watched } from './deadline-rounds.ts';

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('of many that expire at once so many act in each turn of the event loop, and all in the end', async () => {
  const clock = new FakeClock();
  const watched: (Watched & { nextDeadline: number })[] = [];
  const rounds = new DeadlineRounds(clock, watched);
  let expired = 0;
  const count = EXPIRED_A_TURN * 3 + 1;
  for (let made = 0; made < count; made += 1) {
    const one = {
      nextDeadline: rounds.after(1_000),
      expire() {
        one.nextDeadline = 0;
        expired += 1;
      },
    };
    watched.push(one);
  }
  await clock.advance(1_000);
  let before = 0;
  for (let turns = 0; turns < 6; turns += 1) {
    expect(expired - before).toBeLessThanOrEqual(EXPIRED_A_TURN * 2);
    before = expired;
    await turn();
  }
  expect(expired).toBe(count);
  rounds.stop();
});

test('after a stop nobody is asked any more, not even those whose turn had not come', async () => {
  const clock = new FakeClock();
  const watched: (Watched & { nextDeadline: number })[] = [];
  const rounds = new DeadlineRounds(clock, watched);
  let expired = 0;
  for (let made = 0; made < EXPIRED_A_TURN * 2; made += 1) {
    const one = {
      nextDeadline: rounds.after(10),
      expire() {
        one.nextDeadline = 0;
        expired += 1;
        rounds.stop();
      },
    };
    watched.push(one);
  }
  await clock.advance(10);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(expired).toBe(EXPIRED_A_TURN);
});
