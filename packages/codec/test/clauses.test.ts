import { expect, test } from 'vitest';
import { citedClauses, compareClauses, definedClauses } from '../vectors/clauses.mjs';

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
