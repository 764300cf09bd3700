import { expect, test } from 'vitest';
import { hasRoom, limitRefusal } from './limits.ts';

const limits = { perPeerPerMinute: 3, perCalleePerHour: 2 };
const free = { enabled: true, byPeer: 0, callees: [{ placed: 0, wanted: 1 }] };

test('a limit is reached by the last leg that fits; 0 is no limit', () => {
  expect([hasRoom(2, 1, 1), hasRoom(2, 2, 1), hasRoom(2, 1, 2), hasRoom(0, 1_000, 2)]).toEqual([true, false, false, true]);
});

test('the stop switch is named before the limits, the peer before the callee', () => {
  expect(limitRefusal(free, limits)).toBeUndefined();
  const over = { enabled: false, byPeer: 3, callees: [{ placed: 2, wanted: 1 }] };
  expect(limitRefusal(over, limits)).toBe('stopped');
  expect(limitRefusal({ ...over, enabled: true }, limits)).toBe('peer-limit');
  expect(limitRefusal({ ...over, enabled: true, byPeer: 0 }, limits)).toBe('callee-limit');
});

test('a conference wants two legs of its peer and one of each number', () => {
  const callees = [
    { placed: 0, wanted: 1 },
    { placed: 1, wanted: 1 },
  ];
  expect(limitRefusal({ ...free, byPeer: 1, callees }, limits)).toBeUndefined();
  expect(limitRefusal({ ...free, byPeer: 2, callees }, limits)).toBe('peer-limit');
  expect(limitRefusal({ ...free, callees: [{ placed: 1, wanted: 2 }] }, limits)).toBe('callee-limit');
});
