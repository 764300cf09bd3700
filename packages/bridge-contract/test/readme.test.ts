import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${folder}/README.md`, 'utf8');
const examples = [...readme.matchAll(/```ts\n([^]*?)```\n```text\n([^]*?)```/g)];

it('the README has an example', () => expect(examples).toHaveLength(1));

it.each(examples.map(([, code = '', output = '']) => ({ code, output })))('the example prints what the README says', ({ code, output }) => {
  const options = [
    '--conditions=@taxinav/source',
    '--experimental-strip-types',
    '--no-warnings',
    '--input-type=module-typescript',
    '--eval',
    code,
  ];
  expect(
    execFileSync(process.execPath, options, { cwd: folder, encoding: 'utf8', timeout: 15_000, env: { PATH: process.env['PATH'] } }),
  ).toBe(output);
});
