import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${folder}/README.md`, 'utf8');
const examples = readmeExamples(readme);

test('every example of the README has its output', () => {
  expect(examples.length).toBe([...readme.matchAll(/^```ts$/gm)].length);
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

test.each(examples)('the example at line $line of the README prints what it says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
});
