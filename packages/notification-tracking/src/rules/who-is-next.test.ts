import { expect, test } from 'vitest';
import type { PhoneNumber } from '@taxinav/codec';
import { channelsFree, columnChannels, fullRoutes, routeChannels, whoIsNext, type ColumnQueue, type LegInUse } from './who-is-next.ts';

interface Waiting {
  readonly id: number;
}

const capacity = { channels: 4, reserve: 1, columns: {} };

function phone(n: number): PhoneNumber {
  return `+38067000000${n}` as PhoneNumber;
}

function queue(columnId: string, turn: number, ...ids: readonly number[]): ColumnQueue<Waiting> {
  return { columnId, turn, due: ids.map((id) => ({ id, phone: phone(id) })) };
}

function leg(columnId: string, n: number, notification = true): LegInUse {
  return { columnId, phone: phone(n), notification };
}

test('first in, first out within a column', () => {
  expect(whoIsNext([queue('north', 0, 3, 1, 2)], [], capacity)?.id).toBe(3);
  expect(whoIsNext([queue('north', 0)], [], capacity)).toBeUndefined();
});

test('the column with the fewest notification calls comes first, then the one whose turn was longest ago', () => {
  const queues = [queue('north', 1, 1), queue('south', 2, 2)];
  expect(whoIsNext(queues, [], capacity)?.columnId).toBe('north');
  expect(whoIsNext(queues, [leg('north', 9)], capacity)?.columnId).toBe('south');
  expect(whoIsNext(queues, [leg('north', 9, false)], capacity)?.columnId).toBe('north');
});

test('one live call per phone: who is on the phone is passed over, and his column goes on', () => {
  expect(whoIsNext([queue('north', 0, 1, 2)], [leg('south', 1)], capacity)?.id).toBe(2);
  expect(whoIsNext([queue('north', 0, 1), queue('south', 5, 2)], [leg('west', 1, false)], capacity)?.id).toBe(2);
  expect(whoIsNext([queue('north', 0, 1)], [leg('north', 1)], capacity)).toBeUndefined();
});

test('the reserve is never taken by a notification', () => {
  const three = [leg('north', 7), leg('north', 8), leg('south', 9)];
  expect(whoIsNext([queue('north', 0, 1)], three.slice(1), capacity)?.id).toBe(1);
  expect(whoIsNext([queue('north', 0, 1)], three, capacity)).toBeUndefined();
  const columnId = 'north';
  expect(channelsFree([{ columnId }], three, capacity, 'call')).toBe(true);
  expect(channelsFree([{ columnId }, { columnId }], three, capacity, 'call')).toBe(false);
});

test('a column has its own channels', () => {
  const bounded = { ...capacity, columns: { north: 1 } };
  expect(columnChannels('north', bounded)).toBe(1);
  expect(columnChannels('south', bounded)).toBe(4);
  expect(columnChannels('constructor', bounded)).toBe(4);
  expect(whoIsNext([queue('north', 0, 1), queue('south', 5, 2)], [leg('north', 9)], bounded)?.id).toBe(2);
  expect(channelsFree([{ columnId: 'north' }], [leg('north', 9)], bounded, 'call')).toBe(false);
});

test('a route has its own channels, over all columns; legs without one hold none of them', () => {
  const bounded = { ...capacity, routes: { mobile: 1 } };
  const [mobile, city, unknown] = ['mobile', 'city', undefined].map((route) => ({ columnId: 'north', route }));
  const used = [{ ...leg('south', 9), route: 'mobile' }];
  expect([routeChannels('mobile', bounded), routeChannels('constructor', bounded), routeChannels(null, bounded)]).toEqual([
    1,
    Infinity,
    Infinity,
  ]);
  expect([fullRoutes([], bounded), fullRoutes(used, bounded), fullRoutes(used, capacity)]).toEqual([[], ['mobile'], []]);
  const free = (wanted: readonly ({ readonly columnId: string } | undefined)[], inUse: readonly LegInUse[]): boolean =>
    channelsFree(
      wanted.filter((leg) => leg !== undefined),
      inUse,
      bounded,
      'call',
    );
  expect([free([mobile], []), free([mobile], used), free([city], used), free([unknown], used)]).toEqual([true, false, true, true]);
  expect([free([mobile, mobile], []), free([mobile, city], []), free([city, mobile], used)]).toEqual([false, true, false]);
});

test('who is called by a full route is passed over, and his column goes on', () => {
  const due = [
    { id: 1, phone: phone(1), route: 'mobile' },
    { id: 2, phone: phone(2), route: null },
  ];
  const bounded = { ...capacity, routes: { mobile: 1 } };
  const next = (inUse: readonly LegInUse[]): number | undefined => whoIsNext([{ columnId: 'north', turn: 0, due }], inUse, bounded)?.id;
  expect(next([])).toBe(1);
  expect(next([{ ...leg('south', 9), route: 'mobile' }])).toBe(2);
});
