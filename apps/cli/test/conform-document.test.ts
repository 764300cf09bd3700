import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CALL_CENTER_CHECKS } from '../src/conform/callcenter/checks.ts';
import { SEVERITIES, type CheckDescription } from '../src/conform/check.ts';
import { NAVIGATOR_CHECKS } from '../src/conform/navigator/checks.ts';

const document = readFileSync(new URL('../CONFORMANCE.md', import.meta.url), 'utf8');
const protocol = readFileSync(new URL('../../../packages/codec/PROTOCOL.md', import.meta.url), 'utf8');
const defined = new Set([...protocol.matchAll(/^#+ \[(TN-\d+|reading \d+)\]/gm)].map(([, clause]) => clause));

function row({ id, clauses, severity, title, sends, expects }: CheckDescription): string {
  const cells = [`\`${id}\``, severity, clauses.join(', '), title, sends, expects];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

/** The rows of the table under a heading. */
function rowsUnder(heading: string): string[] {
  const [, section = ''] = document.split(`\n## ${heading}\n`);
  return (
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| `')) ?? []
  );
}

describe.each([
  ['The checks of a call center', CALL_CENTER_CHECKS],
  ['The checks of Taxi Navigator', NAVIGATOR_CHECKS],
] as const)('%s', (heading, checks) => {
  test('CONFORMANCE.md has every check, in order, as it is', () => {
    expect(rowsUnder(heading)).toEqual(checks.map(row));
  });

  test('ids are unique and begin with their group', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(checks.filter(({ id, group }) => !id.startsWith(`${group}-`))).toEqual([]);
  });

  test('clauses are those of PROTOCOL.md', () => {
    expect(checks.flatMap(({ clauses }) => clauses).filter((clause) => !defined.has(clause))).toEqual([]);
    expect(checks.filter(({ clauses }) => clauses.length === 0)).toEqual([]);
  });

  test('there are checks of every severity', () => {
    expect(SEVERITIES.filter((severity) => !checks.some((check) => check.severity === severity))).toEqual([]);
  });

  test('a must has a clause of the document', () => {
    const musts = checks.filter(({ severity }) => severity === 'must');
    expect(musts.filter(({ clauses }) => !clauses.some((clause) => clause.startsWith('TN-')))).toEqual([]);
  });
});
