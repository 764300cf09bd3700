import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { createLog } from './logging.ts';
import { Upkeep, type UpkeepParts } from './upkeep.ts';

const owner = { node: 'bridge-1', token: 0 };
const retention = { textDays: 30, numberDays: 180 };

/** An upkeep whose tracker does as it is told, with what it was asked for. */
function upkeepOf(tracker: Partial<UpkeepParts['tracker']>): {
  upkeep: Upkeep;
  clock: FakeClock;
  asked: string[];
  log: string[];
  stop: AbortController;
} {
  const clock = new FakeClock();
  const asked: string[] = [];
  const log: string[] = [];
  const stop = new AbortController();
  const upkeep = new Upkeep({
    tracker: {
      renew: () => Promise.resolve(),
      retain: () => Promise.resolve(0),
      ...tracker,
    },
    clock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
    owner,
    retention: () => retention,
    others: { look: () => Promise.resolve(void asked.push('others')) },
    lookAtClock: () => void asked.push('look'),
    signal: stop.signal,
  });
  return { upkeep, clock, asked, log, stop };
}

test('every beat looks at the clock and at other nodes', async () => {
  const { upkeep, clock, asked, stop } = upkeepOf({});
  const running = upkeep.run();
  await clock.advance(7_000);
  expect(asked).toEqual(['look', 'others', 'look', 'others']);
  stop.abort();
  await running;
});

test('what was claimed before the heart stood still is not kept, what was claimed after its next beat is; alone on its database a node keeps everything', async () => {
  let away = false;
  const { upkeep, clock, stop } = upkeepOf({ renew: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()) });
  expect(upkeep.keeps(0)).toBe(false);
  await upkeep.start();
  const running = upkeep.run();
  const claimedAt = clock.monotonic();
  await clock.advance(60_000);
  expect(upkeep.keeps(claimedAt)).toBe(true);
  away = true;
  await clock.advance(10_000);
  expect(upkeep.keeps(clock.monotonic())).toBe(false);
  away = false;
  await clock.advance(3_000);
  expect([upkeep.keeps(claimedAt), upkeep.keeps(clock.monotonic())]).toEqual([false, true]);
  stop.abort();
  await running;
  const alone = new Upkeep({
    tracker: { renew: () => Promise.resolve(), retain: () => Promise.resolve(0) },
    clock,
    log: createLog('silent'),
    owner,
    retention: () => retention,
    lookAtClock: () => undefined,
    signal: stop.signal,
  });
  expect(alone.keeps(0)).toBe(true);
});

test('a database that takes no writes is told once, and once when it is back', async () => {
  let full = false;
  const { upkeep, clock, log, stop } = upkeepOf({ renew: () => (full ? Promise.reject(new Error('full')) : Promise.resolve()) });
  await upkeep.start();
  const running = upkeep.run();
  await clock.advance(10_000);
  expect(upkeep.databaseWorks).toBe(true);
  full = true;
  await clock.advance(30_000);
  expect(upkeep.databaseWorks).toBe(false);
  full = false;
  await clock.advance(5_000);
  expect(upkeep.databaseWorks).toBe(true);
  expect(log.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['database-refuses', 'database-back']);
  stop.abort();
  await running;
});

test('retention goes on until nothing is left, then rests for an hour', async () => {
  const left = [500, 500, 20];
  let commands = 0;
  const { upkeep, clock, stop } = upkeepOf({
    retain: () => {
      commands += 1;
      return Promise.resolve(left.shift() ?? 0);
    },
  });
  const running = upkeep.run();
  await clock.advance(5_000);
  // The fourth finds nothing.
  expect(commands).toBe(4);
  await clock.advance(3_500_000);
  expect(commands).toBe(4);
  await clock.advance(200_000);
  expect(commands).toBe(5);
  stop.abort();
  await running;
});

test('retention that takes long lets beats go on', async () => {
  let commands = 0;
  let beats = 0;
  const { upkeep, clock, stop } = upkeepOf({
    renew: () => Promise.resolve(void (beats += 1)),
    async retain() {
      commands += 1;
      await clock.sleep(300);
      return 500;
    },
  });
  const running = upkeep.run();
  await clock.advance(60_000);
  expect(beats).toBeGreaterThanOrEqual(60 / 5);
  expect(commands).toBeGreaterThan(12);
  stop.abort();
  await running;
});
