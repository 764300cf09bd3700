import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { CALL_OUTCOMES, TELEPHONY_ERROR_CODES } from '../src/index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${folder}/README.md`, 'utf8');
const examples = readmeExamples(readme);

test('every example of the README has its output beside it', () => {
  expect(examples).toHaveLength(readme.split('```ts\n').length - 1);
  expect(examples).not.toHaveLength(0);
});

test.each(examples)('the example at line $line of the README prints what it says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
});

test('the README names every outcome and every error code', () => {
  for (const name of [...CALL_OUTCOMES, ...TELEPHONY_ERROR_CODES]) expect(readme).toContain(`\`${name}\``);
});
