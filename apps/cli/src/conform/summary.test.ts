import { expect, test } from 'vitest';
import type { CheckResult, Severity, Verdict } from './check.ts';
import { summaryOf } from './summary.ts';

function result(severity: Severity, verdict: Verdict): CheckResult {
  const check = { id: 'status-form', group: 'status', clauses: ['TN-14'], severity, title: '', sends: '', expects: '' };
  return { check, verdict, reason: '', ms: 1, evidence: [] };
}

test.each([
  ['a must that fails', [result('must', 'fail')], 1, 1],
  ['a should that fails', [result('should', 'fail')], 0, 1],
  ['a tolerance that fails', [result('tolerance', 'fail')], 0, 0],
  ['an inconclusive must beside a pass', [result('must', 'inconclusive'), result('must', 'pass')], 0, 0],
  ['nothing that could be judged', [result('must', 'inconclusive'), result('should', 'skip')], 1, 1],
  ['nothing but skipped checks', [result('must', 'skip')], 0, 0],
])('%s decides the exit code', (_what, results, lenient, strict) => {
  expect(summaryOf(results, false).exitCode).toBe(lenient);
  expect(summaryOf(results, true).exitCode).toBe(strict);
});

test('verdicts are counted, failures by severity', () => {
  const results = [
    result('must', 'pass'),
    result('should', 'fail'),
    result('tolerance', 'fail'),
    result('must', 'skip'),
    result('must', 'inconclusive'),
  ];
  expect(summaryOf(results, false)).toEqual({
    checks: 5,
    passed: 1,
    failed: { must: 0, should: 1, tolerance: 1 },
    inconclusive: 1,
    skipped: 1,
    exitCode: 0,
  });
});
