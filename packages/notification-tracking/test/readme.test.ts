import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ATTEMPT_OUTCOMES, DEFAULT_POLICY, TRACKING_ERROR_CODES } from '../src/index.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```\s+prints\s+```text\n(.*?)```/gs)].map(([, code = '', output = '']) => ({
  code,
  output,
}));

test('every example of the README has its output', () => {
  expect(examples).toHaveLength([...readme.matchAll(/^```ts$/gm)].length);
  expect(examples).toHaveLength(1);
});

test.each(examples)('an example of the README prints what it says', async ({ code, output }) => {
  // Beside the package, so that it finds the packages by their names.
  const file = new URL(`readme-${process.pid}.tmp.mts`, import.meta.url);
  await writeFile(file, code);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@taxinav/source', file.pathname], { timeout: 15_000 });
    expect(stdout).toBe(output);
  } finally {
    await rm(file);
  }
});

test('the README names every error code and every outcome', () => {
  for (const name of [...TRACKING_ERROR_CODES, ...ATTEMPT_OUTCOMES]) expect(readme).toContain(`| \`${name}\` |`);
});

/** A default as the table writes it. */
function written(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean') return `\`${value}\``;
  if (typeof value === 'number') return value.toLocaleString('en');
  if (Array.isArray(value)) return value.map(written).join(' ');
  const values = Object.values(value as object);
  return values.length === 0 ? 'none' : values.map(written).join(' / ');
}

test('the README gives every option of the policy with its default', () => {
  const options = Object.entries(DEFAULT_POLICY).flatMap(([part, values]) =>
    Object.entries(values as object).map(([name, value]) => [`${part}.${name}`, written(value)]),
  );
  const table = options.map(([name]) => [name, new RegExp(`^\\| \`${name}\` \\| (.*?) \\|`, 'm').exec(readme)?.[1]]);
  expect(table).toEqual(options);
});
