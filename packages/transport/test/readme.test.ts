import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { TRANSPORT_ERROR_CODES, DELIVERY_EVIDENCE } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { LISTEN_DEFAULTS, SEND_DEFAULTS } from '../src/option-defaults.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```\s+prints\s+```text\n(.*?)```/gs)].map(([, code = '', output = '']) => ({
  code,
  output,
}));

test('the README holds an example for either side', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('an example of the README prints what it says', async ({ code, output }) => {
  // Beside the package, so that it finds the packages by their names.
  const file = new URL(`readme-${process.pid}-${String(code.length)}.tmp.mts`, import.meta.url);
  await writeFile(file, code);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@taxinav/source', file.pathname], { timeout: 15_000 });
    expect(stdout).toBe(output);
  } finally {
    await rm(file);
  }
});

test('the README names every error code and every evidence', () => {
  for (const name of [...TRANSPORT_ERROR_CODES, ...DELIVERY_EVIDENCE]) expect(readme).toContain(`\`${name}\``);
});

test('the README gives every option with its default', () => {
  for (const [name, value] of [...Object.entries(LISTEN_DEFAULTS), ...Object.entries(SEND_DEFAULTS)]) {
    const row = new RegExp(`^\\| \`${name}\` \\| (.*?) \\|`, 'm').exec(readme)?.[1];
    const written = typeof value === 'number' ? value.toLocaleString('en') : value.map((entry) => `\`${entry}\``).join(', ');
    expect([name, row]).toEqual([name, written]);
  }
});
