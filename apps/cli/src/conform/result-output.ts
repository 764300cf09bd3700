import type { Output, Style } from '../output.ts';
import { visibleBytes } from '../visible.ts';
import type { CheckDescription, CheckResult, Verdict } from './check.ts';
import type { EvidenceLine } from './evidence.ts';
import type { Summary } from './summary.ts';

const SIGN: Readonly<Record<Verdict, { readonly sign: string; readonly style: Style }>> = {
  pass: { sign: '✓', style: 'green' },
  fail: { sign: '✗', style: 'red' },
  inconclusive: { sign: '?', style: 'yellow' },
  skip: { sign: '–', style: 'dim' },
};

/** One line of evidence for people: when, who, where, what. */
export function evidenceText({ ms, from, place, event, bytes, length, pieces }: EvidenceLine): string {
  const arrow = from === 'judge' ? '→' : '←';
  const more = length > bytes.length ? ` … ${length} bytes in all` : '';
  const cut = pieces > 1 ? ` (${pieces} ${from === 'judge' ? 'packets' : 'reads'})` : '';
  return `${String(Math.round(ms)).padStart(6)} ms ${arrow} ${place}${cut}: ${event ?? visibleBytes(bytes) + more}`;
}

/** Prints a result: for people one line, and for what did not pass its reason and evidence too. */
export function printResult(output: Output, result: CheckResult): void {
  const { check, verdict, reason, ms, evidence } = result;
  const { id, group, clauses, severity, title } = check;
  const object = { check: id, group, clauses, severity, title, verdict, reason, ms, evidence: evidence.map(evidenceObject) };
  output.record(object, () => {
    const { sign, style } = SIGN[verdict];
    const line = `${output.style(style, sign)} ${severity.padEnd(9)} ${id.padEnd(34)} ${title} ${output.style('dim', `[${clauses.join(', ')}]`)}`;
    if (verdict === 'pass') return line;
    const why = `            ${visibleReason(reason)}`;
    if (verdict === 'skip') return [line, output.style('dim', why)];
    return [line, why, ...evidence.map((one) => output.style('dim', `            ${evidenceText(one)}`))];
  });
}

/** Prints what the run has come to. */
export function printSummary(output: Output, summary: Summary, strict: boolean): void {
  output.record({ summary: true, ...summary }, () => {
    const { must, should, tolerance } = summary.failed;
    const failed = `failed: ${must} must, ${should} should, ${tolerance} tolerance`;
    const verdict = summary.exitCode === 0 ? output.style('green', 'conforms') : output.style('red', 'does not conform');
    const judged = strict ? 'must and should' : 'must';
    return [
      '',
      `${summary.checks} checks: ${summary.passed} passed, ${failed}, ${summary.inconclusive} inconclusive, ${summary.skipped} skipped`,
      `${verdict} (judged by ${judged})`,
    ];
  });
}

/** Prints what would be checked. */
export function printList(output: Output, checks: readonly CheckDescription[]): void {
  for (const { id, group, clauses, severity, title, sends, expects } of checks) {
    output.record({ check: id, group, clauses, severity, title, sends, expects }, () => [
      `${severity.padEnd(9)} ${output.style('bold', id)} ${output.style('dim', `[${clauses.join(', ')}]`)}`,
      `          ${title}`,
      `          sends   ${sends}`,
      `          expects ${expects}`,
    ]);
  }
}

function evidenceObject({ ms, from, place, event, bytes, length, pieces }: EvidenceLine): object {
  const at = { ms: Math.round(ms), from, place };
  if (event !== undefined) return { ...at, event };
  return { ...at, text: visibleBytes(bytes), hex: Buffer.from(bytes).toString('hex'), bytes: length, pieces };
}

function visibleReason(reason: string): string {
  return visibleBytes(Buffer.from(reason, 'utf8'));
}
