import { expect, test } from 'vitest';
import type { AttemptOutcome } from '../notification.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { afterAttempt, attemptsAllowed, trunkPause, type AfterAttempt, type EndingWish } from './redial.ts';
import type { RoundProgress } from './round-progress.ts';

const policy = DEFAULT_POLICY.redial;
const NOW = 100_000;
const fresh: RoundProgress = {
  status: 'Active',
  expiresAt: NOW + 300_000,
  nextAttemptAt: NOW - 1_000,
  attempts: 0,
  unreachable: 0,
  extraAttempts: 0,
  trunkTroubles: 0,
  wasActive: true,
};

function after(
  outcome: AttemptOutcome,
  round: Partial<RoundProgress> = {},
  { wish, rang = false, redial = {} }: { wish?: EndingWish; rang?: boolean; redial?: Partial<typeof policy> } = {},
): AfterAttempt {
  return afterAttempt({ ...fresh, ...round }, { outcome, rang, answered: outcome === 'answered' }, wish, NOW, { ...policy, ...redial });
}

const final = (end: string) => ({ state: 'final', end });
const queued = (nextAttemptAt: number, change = {}) => ({ state: 'queued', nextAttemptAt, trunkTroubles: 0, extraAttempts: 0, ...change });

test.each([
  ['busy', 'Busy', 30_000],
  ['unanswered', 'Unanswered', 60_000],
  ['unreachable', 'Unreachable', 60_000],
] as const)('%s with attempts left: %s, then Queued for %d ms [reading 31]', (outcome, result, pause) => {
  expect(after(outcome)).toEqual({ statuses: [result, 'Queued'], counted: true, result, next: queued(NOW + pause) });
});

test.each([
  ['answered', 'Done'],
  ['rejected', 'Busy'],
  ['noSuchNumber', 'Unreachable'],
] as const)('%s is never redialled: %s is final [reading 40]', (outcome, result) => {
  expect(after(outcome)).toEqual({ statuses: [result], counted: true, result, next: final('result') });
});

test('the third attempt is the last', () => {
  expect(after('busy', { attempts: 1 }).next.state).toBe('queued');
  expect(after('busy', { attempts: 2 }).next).toEqual(final('result'));
});

test('once the phone was unreachable, two attempts are all', () => {
  expect(attemptsAllowed(0, policy)).toBe(3);
  expect(attemptsAllowed(1, policy)).toBe(2);
  expect(after('unreachable', { attempts: 1, unreachable: 1 }).next).toEqual(final('result'));
  expect(after('unreachable', { attempts: 1 }).next).toEqual(final('result'));
  expect(after('busy', { attempts: 1, unreachable: 1 }).next).toEqual(final('result'));
});

test('Active that nobody heard of yet is owed with the result [reading 31]', () => {
  expect(after('busy', { status: 'Queued' }).statuses).toEqual(['Active', 'Busy', 'Queued']);
  expect(after('answered', { status: 'Queued' }).statuses).toEqual(['Active', 'Done']);
});

test('attemptStatuses final: Queued stands in place of a result that is not the last [reading 31]', () => {
  const redial = { attemptStatuses: 'final' } as const;
  expect(after('busy', {}, { redial }).statuses).toEqual(['Queued']);
  expect(after('busy', { attempts: 2 }, { redial }).statuses).toEqual(['Busy']);
});

test('a next attempt that would start after the time to live is not waited for', () => {
  expect(after('busy', { expiresAt: NOW + 30_000 }).next).toEqual(queued(NOW + 30_000));
  expect(after('busy', { expiresAt: NOW + 29_999 })).toMatchObject({ statuses: ['Busy'], next: final('result') });
});

test('trunk trouble is no attempt: Queued with a growing pause [reading 40]', () => {
  expect([1, 2, 3, 4, 5, 9].map((inARow) => trunkPause(inARow, policy.trunkPauseMs))).toEqual([
    5_000, 10_000, 20_000, 30_000, 30_000, 30_000,
  ]);
  expect(trunkPause(1, [])).toBe(0);
  expect(after('trunkTrouble', { trunkTroubles: 1 })).toEqual({
    statuses: ['Queued'],
    counted: false,
    next: queued(NOW + 10_000, { trunkTroubles: 2 }),
  });
});

test('trunk trouble before Active leaves no trace on the wire [reading 31]', () => {
  expect(after('trunkTrouble', { status: 'Queued', wasActive: false }).statuses).toEqual([]);
});

test('a counted attempt ends a row of trunk trouble', () => {
  expect(after('busy', { trunkTroubles: 3 }).next).toMatchObject({ trunkTroubles: 0 });
});

test.each([
  [{ status: 'Queued', wasActive: false } as const, 'Canceled'],
  [{ status: 'Active', wasActive: true } as const, 'Unreachable'],
  [{ status: 'Active', wasActive: true, lastResult: 'Busy' } as const, 'Busy'],
])('trunk trouble to the end of the time to live with %o: %s [reading 39]', (round, status) => {
  expect(after('trunkTrouble', { ...round, expiresAt: NOW + 4_999 })).toEqual({
    statuses: [status],
    counted: false,
    next: final('expired'),
  });
});

test('a withdrawn call goes back to its place at no cost', () => {
  expect(after('withdrawn')).toEqual({ statuses: ['Queued'], counted: false, next: queued(fresh.nextAttemptAt) });
  expect(after('withdrawn', { status: 'Queued' }).statuses).toEqual([]);
  expect(after('withdrawn', { expiresAt: NOW - 1 })).toMatchObject({ statuses: ['Unreachable'], next: final('expired') });
});

test('a lost call counts, and gets one successor if it was the last', () => {
  expect(after('lost').next).toEqual(queued(NOW + 60_000));
  expect(after('lost', { attempts: 2 }).next).toEqual(queued(NOW + 60_000, { extraAttempts: 1 }));
  expect(after('lost', { attempts: 3, extraAttempts: 1 }).next).toEqual(final('result'));
  expect(after('busy', { attempts: 3, extraAttempts: 1 }).next).toEqual(final('result'));
  expect(after('lost', { attempts: 2, expiresAt: NOW + 59_999 }).next).toEqual(final('result'));
});

test.each([
  [true, 'Unanswered'],
  [false, 'Unreachable'],
])('cancelled while it was dialled (rang: %s): %s, no redial [reading 39]', (rang, status) => {
  for (const outcome of ['busy', 'unanswered', 'unreachable', 'rejected', 'noSuchNumber', 'lost'] as const) {
    expect(after(outcome, {}, { wish: 'canceled', rang })).toMatchObject({ statuses: [status], next: final('canceled') });
  }
  for (const outcome of ['trunkTrouble', 'withdrawn'] as const) {
    expect(after(outcome, {}, { wish: 'canceled', rang })).toMatchObject({ statuses: [status], next: final('canceled') });
  }
});

test('cancelled, and the call never left the house: Canceled [reading 39]', () => {
  const round = { status: 'Queued', wasActive: false } as const;
  expect(after('trunkTrouble', round, { wish: 'canceled' })).toMatchObject({ statuses: ['Canceled'], next: final('canceled') });
});

test('an answer wins over a cancel that came while it rang [reading 38]', () => {
  expect(after('answered', {}, { wish: 'canceled' })).toMatchObject({ statuses: ['Done'], next: final('result') });
});

test.each(['inbound', 'superseded'] as const)('%s: the result of the call that is alive is final [reading 33]', (wish) => {
  expect(after('busy', {}, { wish })).toMatchObject({ statuses: ['Busy'], next: final(wish) });
  expect(after('answered', {}, { wish })).toMatchObject({ statuses: ['Done'], next: final('result') });
  expect(after('trunkTrouble', { lastResult: 'Busy' }, { wish })).toMatchObject({ statuses: ['Busy'], next: final(wish) });
  expect(after('withdrawn', { status: 'Queued', wasActive: false }, { wish })).toMatchObject({
    statuses: ['Canceled'],
    next: final(wish),
  });
});
