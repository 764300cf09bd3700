import { expect, test } from 'vitest';
import { changeTime } from './changed-at.ts';
import { isExpired, statusWithoutFurtherCall, wasDialled } from './round-progress.ts';

test.each([
  [{ wasActive: false }, 'Canceled', false],
  [{ wasActive: true }, 'Unreachable', true],
  [{ wasActive: true, lastResult: 'Busy' } as const, 'Busy', true],
])('a round with %o that ends without a further call is %s [reading 39]', (round, status, dialled) => {
  expect(statusWithoutFurtherCall(round)).toBe(status);
  expect(wasDialled(round)).toBe(dialled);
});

test('expiresAt is the last moment an attempt may start [reading 31]', () => {
  expect(isExpired({ expiresAt: 5 }, 5)).toBe(false);
  expect(isExpired({ expiresAt: 5 }, 6)).toBe(true);
});

test('the time of a change never decreases within a GUID, whatever the clock does [reading 32]', () => {
  expect(changeTime(10, 0)).toBe(10);
  expect(changeTime(10, 25)).toBe(25);
});
