import { describe, expect, it } from 'vitest';
import { COLUMN, problemsOf } from './configuration-text.ts';

const times = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index)).join(', ');
const inColumn = (text: string): string => `${COLUMN}    ${text}\n`;
const column = (index: number): string => `{ id: c${index}, listen: '127.0.0.1:0', navigator: '127.0.0.1:1', status: '127.0.0.1:2' }`;

const CAPS: readonly (readonly [name: string, most: number, text: (count: number) => string])[] = [
  ['columns', 256, (count) => `columns: [${times(count, column)}]`],
  ['columns[0].allow', 256, (count) => inColumn(`allow: [${times(count, (index) => `10.0.${index >> 8}.${index & 255}`)}]`)],
  [
    'columns[0].operators',
    1_000,
    (count) => inColumn(`operators: { ${times(count, (index) => `10.0.${index >> 8}.${index & 255}: PJSIP/1`)} }`),
  ],
  ['columns[0].lines', 1_000, (count) => inColumn(`lines: { ${times(count, (index) => `${1_000 + index}: General`)} }`)],
  [
    'columns[0].routes',
    32,
    (count) => inColumn(`routes: [${times(count, (index) => `{ match: '${index}', endpoint: 'PJSIP/{number}' }`)}]`),
  ],
  ['columns[0].numbers', 32, (count) => inColumn(`numbers: [${times(count, (index) => `'${index}'`)}]`)],
  ['http.tokens', 64, (count) => `${COLUMN}http: { tokens: [${times(count, (index) => `token-value-${index}`)}] }`],
  ['http.hosts', 32, (count) => `${COLUMN}http: { hosts: [${times(count, (index) => `h${index}`)}] }`],
  ['speech.phrases', 5_000, (count) => `${COLUMN}speech: { phrases: { ${times(count, (index) => `p${index}: f`)} } }`],
  ['speech.command', 64, (count) => `${COLUMN}speech: { engine: command, command: [${times(count, () => 'x')}] }`],
];

describe('the most entries', () => {
  it.each(CAPS)('of %s are %i', (name, most, text) => {
    expect(problemsOf(text(most))).toEqual([]);
    const lines = problemsOf(text(most + 1));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${name}: expected`);
    expect(lines[0]).toContain(` ${most} entries`);
  });
});

it('of syntax errors only the first is told: the rest is mostly its echo', () => {
  expect(problemsOf('a: *x y z\n'.repeat(30))).toEqual([expect.stringContaining('bridge.yaml:1:7: not YAML')]);
  expect(problemsOf('columns: [\n  - x\n')).toHaveLength(1);
});
