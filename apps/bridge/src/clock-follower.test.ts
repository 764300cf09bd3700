import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { ClockFollower } from './clock-follower.ts';
import { createLog } from './logging.ts';

function followerOf(shiftTimes?: (byMs: number) => Promise<void>): { follower: ClockFollower; clock: FakeClock; log: string[] } {
  const clock = new FakeClock();
  const log: string[] = [];
  const follower = new ClockFollower({
    clock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
    ...(shiftTimes === undefined ? {} : { shiftTimes }),
  });
  return { follower, clock, log };
}

test('a wall clock that is set moves what is due with it, once; a little drift does not', async () => {
  const asked: number[] = [];
  const { follower, clock, log } = followerOf((byMs) => Promise.resolve(void asked.push(byMs)));
  await clock.advance(20_000);
  clock.stepWall(1_900);
  follower.look();
  expect(asked).toEqual([]);
  clock.stepWall(-3_600_000);
  follower.look();
  await clock.advance(20_000);
  follower.look();
  expect(asked).toEqual([-3_598_100]);
  expect(log.join('')).toContain('"event":"clock-set"');
});

test('what could not be moved is moved by the next look', async () => {
  const asked: number[] = [];
  const { follower, clock } = followerOf((byMs) => {
    asked.push(byMs);
    return asked.length === 1 ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
  });
  clock.stepWall(3_600_000);
  follower.look();
  await clock.advance(0);
  follower.look();
  await clock.advance(0);
  follower.look();
  expect(asked).toEqual([3_600_000, 3_600_000]);
});

test.each([3_600_000, -3_600_000])(
  'a moment that was read before the clock was set by %d ms is moved with it, a later one is not',
  async (byMs) => {
    const { follower, clock } = followerOf(() => Promise.resolve());
    const before = clock.now();
    expect(follower.asNow(before)).toBe(before);
    await clock.advance(500);
    clock.stepWall(byMs);
    await clock.advance(500);
    const between = clock.now();
    await clock.advance(500);
    follower.look();
    expect(follower.asNow(before)).toBe(before + byMs);
    expect(follower.asNow(between)).toBe(between);
    await clock.advance(500);
    expect(follower.asNow(clock.now())).toBe(clock.now());
  },
);

test('on a database that several nodes share nothing is moved, and it is said', () => {
  const { follower, clock, log } = followerOf();
  clock.stepWall(3_600_000);
  follower.look();
  follower.look();
  expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([{ event: 'clock-set', byMs: 3_600_000, moved: false }]);
});
