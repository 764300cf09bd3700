import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const EXAMPLES = [...README.matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```/gms)].map(([, code = '', output = ''], index) => ({
  index,
  code,
  output,
}));
const FOLDER = fileURLToPath(new URL('../.vitest/readme/', import.meta.url));

test('every example of the README has its output', () => {
  expect(EXAMPLES.length).toBe([...README.matchAll(/^```ts$/gm)].length);
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(3);
});

test.each(EXAMPLES)('example $index of the README prints what it says', ({ index, code, output }) => {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}example-${index}.ts`;
  writeFileSync(file, code);
  const printed = execFileSync(process.execPath, ['--conditions=@taxinav/source', '--no-warnings', file], {
    encoding: 'utf8',
    env: { NO_COLOR: '1' },
  });
  expect(printed).toBe(output);
});
