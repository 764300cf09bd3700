import { expect, test } from 'vitest';
import { ATTEMPT_OUTCOMES } from '../notification.ts';
import { attemptVerdict } from './attempt-result.ts';

const unseen = { answered: false, rang: false };

test.each([
  ['answered', 'Done', 'never'],
  ['busy', 'Busy', 'busy'],
  ['rejected', 'Busy', 'never'],
  ['unanswered', 'Unanswered', 'unanswered'],
  ['unreachable', 'Unreachable', 'unreachable'],
  ['noSuchNumber', 'Unreachable', 'never'],
] as const)('%s is %s, redial: %s [TN-16] [reading 40]', (outcome, result, redial) => {
  expect(attemptVerdict(outcome, unseen)).toEqual({ result, redial });
});

test.each(['trunkTrouble', 'withdrawn'] as const)('%s is no attempt [reading 40]', (outcome) => {
  expect(attemptVerdict(outcome, { answered: false, rang: true })).toBeUndefined();
});

test.each([
  [{ answered: true, rang: true }, 'Done', 'never'],
  [{ answered: false, rang: true }, 'Unanswered', 'unanswered'],
  [{ answered: false, rang: false }, 'Unreachable', 'unreachable'],
] as const)('a lost call of which %o was stored is %s [reading 40]', (seen, result, redial) => {
  expect(attemptVerdict('lost', seen)).toEqual({ result, redial });
});

test('an answer that was stored outweighs every outcome [reading 38]', () => {
  for (const outcome of ATTEMPT_OUTCOMES) expect(attemptVerdict(outcome, { answered: true, rang: true })?.result).toBe('Done');
});
