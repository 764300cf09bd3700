import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { citedClauses, compareClauses, definedClauses } from '../vectors/clauses.mjs';
import { DEFAULT_LIMITS, DIAGNOSTIC_CODES, DIAGNOSTIC_READINGS, FAULT_CODES } from '../src/index.ts';

const PROTOCOL = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

test('clauses are defined by headings', () => {
  expect(definedClauses('# T\n### [TN-1] a\n## [reading 12] b\nsee [TN-9]\n')).toEqual(['TN-1', 'reading 12']);
});

test('clauses are named in brackets, one or several', () => {
  expect(citedClauses("test('a [TN-8]', …) // [TN-2, reading 3] [x] [reading 40,TN-1]")).toEqual([
    'TN-8',
    'TN-2',
    'reading 3',
    'reading 40',
    'TN-1',
  ]);
});

test('an orphan is a clause that nobody names, and a name that nothing defines is told with its file', () => {
  const compared = compareClauses(['TN-1', 'TN-2'], new Map([['a.test.ts', ['TN-1', 'TN-3', 'TN-3']]]));
  expect(compared).toEqual({ orphans: ['TN-2'], unknown: ['TN-3 (a.test.ts)'] });
});

test('PROTOCOL.md defines TN-1 to TN-22 and readings 1 to 40, each once and in order', () => {
  const defined = definedClauses(PROTOCOL);
  const clauses = Array.from({ length: 22 }, (_, index) => `TN-${index + 1}`);
  const readings = Array.from({ length: 40 }, (_, index) => `reading ${index + 1}`);
  expect(defined).toEqual([...clauses, ...readings]);
});

test('PROTOCOL.md quotes the document word for word', () => {
  const source = readFileSync(new URL('../protocol-source.ru.txt', import.meta.url), 'utf8');
  const plain = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const clauses = PROTOCOL.slice(PROTOCOL.indexOf('### [TN-1]'), PROTOCOL.indexOf('## The readings: form'));
  const quotes = (clauses.match(/(?:^>.*\n)+/gm) ?? []).map(plain);
  expect(quotes.length).toBeGreaterThanOrEqual(22);
  const words = plain(source);
  expect(quotes.filter((quote) => !words.includes(quote))).toEqual([]);
});

test('PROTOCOL.md lists every fault, every diagnostic with its reading, and the limits', () => {
  expect(FAULT_CODES.filter((code) => !PROTOCOL.includes(`\`${code}\``))).toEqual([]);
  expect(DIAGNOSTIC_CODES.filter((code) => !PROTOCOL.includes(`| \`${code}\` | ${DIAGNOSTIC_READINGS[code]} |`))).toEqual([]);
  const limits = [
    `| line | ${DEFAULT_LIMITS.lineBytes.toLocaleString('en')} bytes`,
    `| message | ${DEFAULT_LIMITS.messageBytes.toLocaleString('en')} bytes`,
    `| fields | ${DEFAULT_LIMITS.fields} |`,
    `| text | ${DEFAULT_LIMITS.textCharacters} characters`,
  ];
  expect(limits.filter((row) => !PROTOCOL.includes(row))).toEqual([]);
});
