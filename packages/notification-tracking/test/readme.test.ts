import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { ATTEMPT_OUTCOMES, DEFAULT_POLICY, TRACKING_ERROR_CODES } from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${folder}/README.md`, 'utf8');
const examples = readmeExamples(readme);

test('every example of the README has its output', () => {
  expect(examples).toHaveLength([...readme.matchAll(/^```ts$/gm)].length);
  expect(examples).toHaveLength(1);
});

test.each(examples)('the example at line $line of the README prints what it says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
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
