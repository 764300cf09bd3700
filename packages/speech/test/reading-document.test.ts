import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spokenForm } from '../src/spoken-form.ts';

const document = readFileSync(new URL('../READING.md', import.meta.url), 'utf8');
const table = [...document.matchAll(/^\| `(.+)` \| (.+) \| (.+) \|$/gmu)].map(([, text = '', russian = '', ukrainian = '']) => [
  text,
  russian,
  ukrainian,
]);

test.each(table)('READING.md tells the truth about %s', (text = '', russian, ukrainian) => {
  expect([spokenForm(text, 'ru'), spokenForm(text, 'uk')]).toEqual([russian, ukrainian]);
});

test('READING.md has examples', () => {
  expect(table.length).toBeGreaterThan(25);
});
