import { visible } from '../visible.ts';
import type { CheckResult } from './check.ts';
import { evidenceText } from './result-output.ts';
import { counts } from './summary.ts';

/** The results as JUnit XML: a failure is what makes the run fail, everything else that did not pass is skipped with its reason. */
export function junitXml(side: string, results: readonly CheckResult[], strict: boolean): string {
  const groups = Map.groupBy(results, ({ check }) => check.group);
  const suites = [...groups].map(([group, members]) => suite(`${side}.${group}`, members, strict));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals(results, strict)}>\n${suites.join('')}</testsuites>\n`;
}

function suite(name: string, results: readonly CheckResult[], strict: boolean): string {
  const cases = results.map((result) => {
    const { check, verdict, reason, ms, evidence } = result;
    const place = `classname="${escape(name)}" name="${escape(`${check.id} [${check.clauses.join(', ')}]`)}" time="${(ms / 1_000).toFixed(3)}"`;
    if (verdict === 'pass') return `    <testcase ${place}/>\n`;
    const seen = escape(evidence.map(evidenceText).join('\n'));
    const message = escape(`${check.severity}: ${reason}`);
    const outcome = counts(result, strict)
      ? `<failure type="${check.severity}" message="${message}">${seen}</failure>`
      : `<skipped message="${escape(verdict)}, ${message}"/>`;
    return `    <testcase ${place}>${outcome}</testcase>\n`;
  });
  return `  <testsuite name="${escape(name)}"${totals(results, strict)}>\n${cases.join('')}  </testsuite>\n`;
}

function totals(results: readonly CheckResult[], strict: boolean): string {
  const failures = results.filter((result) => counts(result, strict)).length;
  const skipped = results.filter((result) => result.verdict !== 'pass').length - failures;
  const seconds = results.reduce((sum, { ms }) => sum + ms, 0) / 1_000;
  return ` tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
}

/** XML has no place for most control characters, not even written as references: they are written out. */
function escape(text: string): string {
  const plain = text.toWellFormed().replace(/[\ufffe\uffff]/g, '?');
  const lines = plain
    .split('\n')
    .map((line) => visible(line).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'));
  return lines.join('&#10;');
}
