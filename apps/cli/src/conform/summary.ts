import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CheckResult, Severity } from './check.ts';

/** What a run has come to. */
export interface Summary {
  readonly checks: number;
  readonly passed: number;
  /** How many failed, by severity. */
  readonly failed: Readonly<Record<Severity, number>>;
  readonly inconclusive: number;
  readonly skipped: number;
  readonly exitCode: ExitCode;
}

/** Whether a result makes the run fail: a `must`, and with `strict` a `should` too. */
export function counts({ verdict, check }: CheckResult, strict: boolean): boolean {
  return verdict === 'fail' && (check.severity === 'must' || (strict && check.severity === 'should'));
}

/** Counts the verdicts. A run in which nothing could be judged has failed. */
export function summaryOf(results: readonly CheckResult[], strict: boolean): Summary {
  const of = (verdict: CheckResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const failed = (severity: Severity): number =>
    results.filter(({ verdict, check }) => verdict === 'fail' && check.severity === severity).length;
  const [passed, skipped] = [of('pass'), of('skip')];
  const judged = passed + of('fail') > 0 || skipped === results.length;
  return {
    checks: results.length,
    passed,
    failed: { must: failed('must'), should: failed('should'), tolerance: failed('tolerance') },
    inconclusive: of('inconclusive'),
    skipped,
    exitCode: judged && !results.some((result) => counts(result, strict)) ? EXIT.done : EXIT.failed,
  };
}
