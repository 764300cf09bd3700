import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import { isDelivered, judgeSending, retryPause, showsAcknowledging } from './report-delivery.ts';

const policy = DEFAULT_POLICY.delivery;

test.each([
  ['acknowledged', true, true, true],
  ['taken', true, false, true],
  ['unconfirmed', true, false, false],
  ['refused', false, false, false],
  ['inDoubt', false, false, false],
  ['notSent', false, false, false],
] as const)('%s is delivered: auto %s, ack %s, close %s [reading 34]', (evidence, auto, ack, close) => {
  expect([isDelivered(evidence, false, 'auto'), isDelivered(evidence, false, 'ack'), isDelivered(evidence, false, 'close')]).toEqual([
    auto,
    ack,
    close,
  ]);
});

test('where the address has ever ACKed, silence is no delivery, an orderly close is [reading 34]', () => {
  expect(isDelivered('unconfirmed', true, 'auto')).toBe(false);
  expect(isDelivered('taken', true, 'auto')).toBe(true);
});

test('an ACK of any Error shows that the address acknowledges [reading 34]', () => {
  expect((['acknowledged', 'refused', 'taken', 'unconfirmed', 'inDoubt', 'notSent'] as const).filter(showsAcknowledging)).toEqual([
    'acknowledged',
    'refused',
  ]);
});

test('pauses are 0.5, 1, 2, 5, 10, 30, 30 s, up to a fifth shorter by chance [reading 34]', () => {
  const least = [1, 2, 3, 4, 5, 6, 7, 99].map((tries) => retryPause(tries, 0, policy));
  expect(least).toEqual([400, 800, 1_600, 4_000, 8_000, 24_000, 24_000, 24_000]);
  expect(retryPause(6, 0.5, policy)).toBe(27_000);
  expect(retryPause(6, 0.999_999, policy)).toBe(30_000);
});

test('the third ACK with another Error makes a dead letter [reading 34]', () => {
  const judge = (refusals: number) => judgeSending({ tries: 9, refusals, owedAt: 0 }, 'refused', true, 0, 1_000, policy).state;
  expect([1, 2, 3].map(judge)).toEqual(['pending', 'pending', 'dead']);
});

test('after 7 days an undelivered report is a dead letter, a delivered one is delivered [reading 34]', () => {
  const week = 7 * 86_400_000;
  const report = { tries: 1, refusals: 0, owedAt: 0 };
  expect(judgeSending(report, 'notSent', false, 0, week - 1, policy)).toEqual({ state: 'pending', nextTryAt: week - 1 + 400 });
  expect(judgeSending(report, 'notSent', false, 0, week, policy)).toEqual({ state: 'dead' });
  expect(judgeSending(report, 'taken', false, 0, week, policy)).toEqual({ state: 'delivered' });
});
