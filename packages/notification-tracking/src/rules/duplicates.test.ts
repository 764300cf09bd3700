import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import { judgeRefusal, judgeSayText, type NewestRound } from './duplicates.ts';

const policy = DEFAULT_POLICY.redial;
const NOW = 1_000_000;
const content = { phone: '+380671234567', text: 'Your car is here' };
const other = { ...content, text: 'Your car is late' };
const queued: NewestRound = { ...content, state: 'queued', status: 'Queued', changedAt: NOW, wasActive: false, ending: false };

test('an unknown GUID is the first [TN-12]', () => {
  expect(judgeSayText(content, undefined, NOW, policy)).toBe('first');
});

test.each(['queued', 'claimed', 'dialling', 'waiting'] as const)('the same content while %s is a duplicate [reading 33]', (state) => {
  expect(judgeSayText(content, { ...queued, state }, NOW, policy)).toBe('duplicate');
});

test.each([
  ['queued', 'replace'],
  ['claimed', 'replace'],
  ['waiting', 'replace'],
  ['dialling', 'wait'],
] as const)('other content while %s and never dialled: %s [reading 33]', (state, meaning) => {
  expect(judgeSayText(other, { ...queued, state }, NOW, policy)).toBe(meaning);
  expect(judgeSayText({ ...content, phone: '+380670000000' }, { ...queued, state }, NOW, policy)).toBe(meaning);
});

test('other content between two attempts ends the older round [reading 33]', () => {
  expect(judgeSayText(other, { ...queued, lastResult: 'Busy', wasActive: true }, NOW, policy)).toBe('supersede');
  expect(judgeSayText(other, { ...queued, wasActive: true }, NOW, policy)).toBe('supersede');
});

test('a waiting round that will be cancelled takes the same content as new [reading 33]', () => {
  expect(judgeSayText(content, { ...queued, state: 'waiting', ending: true }, NOW, policy)).toBe('replace');
});

test.each([
  ['Done', 59_999, 'duplicate'],
  ['Done', 60_000, 'first'],
  ['Busy', 4_999, 'duplicate'],
  ['Busy', 5_000, 'first'],
  ['Canceled', 4_999, 'duplicate'],
] as const)('the same content after %s and %d ms: %s [reading 33]', (status, age, meaning) => {
  const past: NewestRound = { ...queued, state: 'final', end: 'result', status, changedAt: NOW - age };
  expect(judgeSayText(content, past, NOW, policy)).toBe(meaning);
  expect(judgeSayText(other, past, NOW, policy)).toBe('first');
});

test('a refused round makes no duplicate of what is let through now [reading 26]', () => {
  expect(judgeSayText(content, { ...queued, state: 'final', end: 'refused', status: 'Canceled' }, NOW, policy)).toBe('first');
});

test.each([
  [undefined, 'refuse'],
  [queued, 'ignore'],
  [{ ...queued, state: 'waiting' }, 'ignore'],
  [{ ...queued, state: 'final', end: 'result', status: 'Done' }, 'refuse'],
  [{ ...queued, state: 'final', end: 'refused', reason: 'number', changedAt: NOW - 4_999 }, 'duplicate'],
  [{ ...queued, state: 'final', end: 'refused', reason: 'number', changedAt: NOW - 5_000 }, 'refuse'],
  [{ ...queued, state: 'final', end: 'refused', reason: 'text' }, 'refuse'],
  [{ ...queued, ...other, state: 'final', end: 'refused', reason: 'number' }, 'refuse'],
] as const)('a refusal beside %o: %s [reading 26]', (newest, judged) => {
  expect(judgeRefusal({ ...content, reason: 'number' }, newest, NOW, policy)).toBe(judged);
});
