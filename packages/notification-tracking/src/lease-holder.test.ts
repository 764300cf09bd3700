import { expect, test } from 'vitest';
import { LeaseHolder } from './lease-holder.ts';
import type { LeaseState } from './leases.ts';
import { NodeWatch } from './node-watch.ts';

const lease = 'http://127.0.0.1:8088/ari';
const held = (token: number, counter: number, node = 'bridge-2'): LeaseState => ({ lease, node, token, counter });

test('a lease that nobody holds is taken at once, with what was seen', () => {
  const fresh = new LeaseHolder();
  expect(fresh.next(0)).toEqual({ do: 'look' });
  fresh.looked(undefined, 5);
  expect(fresh.next(5)).toEqual({ do: 'take' });
  const released = new LeaseHolder();
  const seen = { lease, token: 4, counter: 9 };
  released.looked(seen, 5);
  expect(released.next(5)).toEqual({ do: 'take', seen });
  released.took(held(5, 10, 'bridge-1'), 6);
  expect({ state: released.state, token: released.token }).toEqual({ state: 'holding', token: 5 });
});

test('a lease is taken after it has stood still for its length by the own clock', () => {
  const holder = new LeaseHolder({ lengthMs: 9_000, marginMs: 1_000 });
  holder.looked(held(1, 1), 0);
  expect(holder.next(1)).toEqual({ do: 'wait', until: 3_000 });
  expect(holder.next(3_000)).toEqual({ do: 'look' });
  holder.looked(held(1, 1), 3_000);
  holder.looked(held(1, 2), 6_000);
  holder.looked(held(1, 2), 14_999);
  expect(holder.next(14_999)).toMatchObject({ do: 'wait' });
  holder.looked(held(1, 2), 15_000);
  expect(holder.next(15_000)).toEqual({ do: 'take', seen: held(1, 2) });
  holder.took(undefined, 15_000);
  expect(holder.state).toBe('standby');
  expect(holder.next(15_001)).toEqual({ do: 'look' });
});

test('the own name in a lease is no own lease: its process is another one', () => {
  const holder = new LeaseHolder();
  holder.looked(held(1, 1, 'bridge-1'), 0);
  expect(holder.next(0)).toMatchObject({ do: 'wait' });
});

test('a database that was away proves nobody dead', () => {
  const holder = new LeaseHolder({ lengthMs: 9_000 });
  holder.looked(held(1, 1), 0);
  holder.looked(held(1, 1), 60_000);
  expect(holder.next(60_000)).toMatchObject({ do: 'wait' });
  holder.looked(held(1, 1), 69_000);
  expect(holder.next(69_000)).toMatchObject({ do: 'take' });
});

test('a holder renews every third of the length', () => {
  const holder = new LeaseHolder({ lengthMs: 9_000, marginMs: 1_000 });
  holder.took(held(3, 1), 100);
  expect(holder.next(3_099)).toEqual({ do: 'wait', until: 3_100 });
  expect(holder.next(3_100)).toEqual({ do: 'renew', token: 3 });
  holder.renewed(true, 3_100);
  expect(holder.next(3_200)).toEqual({ do: 'wait', until: 6_100 });
});

test('a holder acts until its last renewal that succeeded was sent the length less the margin ago, and again once it is renewed', () => {
  const holder = new LeaseHolder({ lengthMs: 9_000, marginMs: 1_000 });
  expect(holder.mayAct(0)).toBe(false);
  holder.took(held(3, 1), 100);
  expect([holder.mayAct(100), holder.mayAct(8_099), holder.mayAct(8_100)]).toEqual([true, true, false]);
  holder.renewed(true, 8_200);
  expect([holder.mayAct(8_200), holder.mayAct(16_200)]).toEqual([true, false]);
  holder.renewed(false, 16_300);
  expect([holder.state, holder.token, holder.mayAct(16_300)]).toEqual(['standby', undefined, false]);
  expect(holder.next(16_300)).toEqual({ do: 'look' });
});

test('two never act at once, whatever their clocks show', () => {
  const lengthMs = 9_000;
  const one = new LeaseHolder({ lengthMs });
  const other = new LeaseHolder({ lengthMs });
  const ahead = 1_000_000;
  one.took(held(1, 1, 'one'), 0);
  let renewedLast = 0;
  for (let now = 0; now <= 40_000; now += 500) {
    if (now <= 12_000 && one.next(now).do === 'renew') {
      one.renewed(true, now);
      renewedLast = now;
    }
    if (other.next(now + ahead).do === 'look') other.looked(held(1, 1 + renewedLast, 'one'), now + ahead);
    if (other.next(now + ahead).do === 'take') other.took(held(2, 100_000, 'other'), now + ahead);
    expect(one.mayAct(now) && other.mayAct(now + ahead)).toBe(false);
    if (other.state === 'holding') other.renewed(true, now + ahead);
  }
  expect(other.state).toBe('holding');
});

test('a margin that leaves no time to renew is refused', () => {
  expect(() => new LeaseHolder({ lengthMs: 3_000, marginMs: 2_000 })).toThrow(RangeError);
  expect(() => new LeaseHolder({ marginMs: 0 })).toThrow(RangeError);
});

test('a node is dead when its heart has stood still for the length; never the own, never one that came back', () => {
  const watch = new NodeWatch('bridge-1', { lengthMs: 9_000 });
  const own = { node: 'bridge-1', beat: 1 };
  const dead = { node: 'bridge-2', beat: 7 };
  expect(watch.look([own, dead], 0)).toEqual([]);
  expect(watch.look([own, dead, { node: 'bridge-3', beat: 1 }], 4_500)).toEqual([]);
  expect(watch.look([own, dead, { node: 'bridge-3', beat: 1 }], 9_000)).toEqual([dead]);
  expect(watch.look([own, { node: 'bridge-3', beat: 2 }], 13_500)).toEqual([]);
  expect(watch.look([own, dead], 18_000)).toEqual([]);
});
