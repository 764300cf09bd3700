import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { TRANSPORT_ERROR_CODES, DELIVERY_EVIDENCE } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { LISTEN_DEFAULTS, SEND_DEFAULTS } from '../src/option-defaults.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${folder}/README.md`, 'utf8');
const examples = readmeExamples(readme);

test('the README holds an example for either side', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('the example at line $line of the README prints what it says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
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
