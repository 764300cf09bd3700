import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const examples = readmeExamples(readFileSync(`${folder}/README.md`, 'utf8'));

it('the README has an example', () => expect(examples).toHaveLength(1));

it.each(examples)('the example at line $line prints what the README says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
});
