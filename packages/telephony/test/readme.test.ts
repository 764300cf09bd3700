import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CALL_OUTCOMES, TELEPHONY_ERROR_CODES } from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${folder}/README.md`, 'utf8');
const examples = [...readme.matchAll(/```ts\n(?<code>[\s\S]*?)```\s*```text\n(?<output>[\s\S]*?)```/g)].map(({ groups }) => ({
  code: groups?.['code'] ?? '',
  output: groups?.['output'] ?? '',
}));

test('every example of the README has its output beside it', () => {
  expect(examples).toHaveLength(readme.split('```ts\n').length - 1);
  expect(examples).not.toHaveLength(0);
});

test.each(examples)('example $# of the README prints what it says', async ({ code, output }) => {
  const args = ['--conditions=@taxinav/source', '--input-type=module-typescript', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 15_000 });
  expect(stdout).toBe(output);
});

test('the README names every outcome and every error code', () => {
  for (const name of [...CALL_OUTCOMES, ...TELEPHONY_ERROR_CODES]) expect(readme).toContain(`\`${name}\``);
});
