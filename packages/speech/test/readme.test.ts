import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SPEECH_ERROR_CODES } from '@taxinav/speech';
import { readmeExamples, runReadmeExample } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { COMMAND_DEFAULTS } from '../src/engines/command.ts';
import { ESPEAK_DEFAULTS } from '../src/engines/espeak.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(`${folder}/README.md`, 'utf8');
const examples = readmeExamples(readme);

test('the README holds an example', () => {
  expect(examples).toHaveLength(1);
});

test.each(examples)('the example at line $line of the README prints what it says', async (example) => {
  expect(await runReadmeExample(example, folder)).toBe(example.output);
});

test('the README names every error code', () => {
  for (const code of SPEECH_ERROR_CODES) expect(readme).toContain(`\`${code}\``);
});

test('the README gives every option of the engines with its default', () => {
  for (const [name, value] of [...Object.entries(ESPEAK_DEFAULTS), ...Object.entries(COMMAND_DEFAULTS)]) {
    const written = typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``;
    expect(readme).toContain(`| \`${name}\` | ${written} |`);
  }
});
