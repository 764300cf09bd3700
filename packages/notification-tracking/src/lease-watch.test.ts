import { expect, test } from 'vitest';
import { LeaseWatch } from './lease-watch.ts';
import type { LeaseInUse } from './leases.ts';

const lease = 'http://127.0.0.1:8088/ari';
const left = (counter: number, unanswered = 1, talking = 0): LeaseInUse => ({
  lease,
  node: 'bridge-2',
  token: 1,
  counter,
  unanswered,
  talking,
});
const seen = { lease, node: 'bridge-2', token: 1, counter: 7 };
const options = { abandonedMs: 900, abandonedTalkMs: 10_800, gapMs: 100 };

/** Looks every 50 ms at what does not move; when something is first to be ended, and what. */
function standingStill(watch: LeaseWatch, shown: LeaseInUse, from: number, until: number) {
  for (let now = from; now <= until; now += 50) {
    const [abandoned] = watch.look([shown], now);
    if (abandoned !== undefined) return { at: now - from, ...abandoned };
  }
  return undefined;
}

test('a PBX is abandoned when its lease has stood still for the length, whoever holds it', () => {
  expect(standingStill(new LeaseWatch(options), left(7), 0, 900)).toEqual({ at: 900, seen, talks: false });
  const released = { lease, token: 2, counter: 8 };
  expect(standingStill(new LeaseWatch(options), { ...released, unanswered: 1, talking: 0 }, 0, 900)).toEqual({
    at: 900,
    seen: released,
    talks: false,
  });
});

test('as long as people may talk on it, only what nobody answered is; without that nothing', () => {
  expect(standingStill(new LeaseWatch(options), left(7, 1, 1), 0, 900)).toMatchObject({ at: 900, talks: false });
  expect(standingStill(new LeaseWatch(options), left(7, 0, 1), 0, 20_000)).toMatchObject({ at: 10_800, talks: true });
});

test('a counter that moves, and a look that was missed, begin it anew', () => {
  const watch = new LeaseWatch(options);
  expect(standingStill(watch, left(6), 0, 850)).toBeUndefined();
  expect(standingStill(watch, left(7), 900, 1_750)).toBeUndefined();
  // The database was away, and the holder could not renew either.
  expect(standingStill(watch, left(7), 1_900, 2_750)).toBeUndefined();
  expect(watch.look([left(7)], 2_800)).toEqual([{ seen, talks: false }]);
});

test('a lease under which nothing is left is not remembered', () => {
  const watch = new LeaseWatch(options);
  expect(standingStill(watch, left(7), 0, 850)).toBeUndefined();
  expect(watch.look([], 900)).toEqual([]);
  expect(watch.look([left(7)], 950)).toEqual([]);
});

test('lengths that leave nothing to look at are refused', () => {
  expect(() => new LeaseWatch({ gapMs: 900_000 })).toThrow(RangeError);
  expect(() => new LeaseWatch({ abandonedTalkMs: 60_000 })).toThrow(RangeError);
  expect(() => new LeaseWatch({ gapMs: 0 })).toThrow(RangeError);
});
