import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Command } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { createProgram } from '../src/commands.ts';
import { EXIT } from '../src/exit-codes.ts';
import { BIN } from './run-cli.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const program = createProgram('0.0.0', () => Promise.resolve());

/** The commands that do something, by their whole names. */
function commandsOf(command: Command, name: string): { readonly name: string; readonly options: readonly string[] }[] {
  const inner = command.commands.filter((one) => one.name() !== 'help');
  if (inner.length === 0) return [{ name, options: command.options.map(({ long }) => long ?? '') }];
  return inner.flatMap((one) => commandsOf(one as Command, `${name} ${one.name()}`));
}

const commands = commandsOf(program, 'taxinav');

test('every command stands in the README with an example', () => {
  expect(commands.length).toBeGreaterThan(13);
  for (const { name } of commands) expect(README).toMatch(new RegExp(`^.*${name.replace(/ /g, ' +')} +[^\\s|]`, 'm'));
});

test('every option stands in the README', () => {
  const options = new Set(commands.flatMap((command) => command.options));
  expect([...options].filter((option) => !README.includes(option))).toEqual([]);
});

test('every example names a command and options that there are', () => {
  const examples = [...README.matchAll(/^taxinav .*$/gm)].map(([line]) => line.replace(/ +/g, ' '));
  expect(examples.length).toBeGreaterThan(15);
  for (const example of examples) {
    const command = commands.find(({ name }) => example.startsWith(`${name} `));
    expect(command, example).toBeDefined();
    for (const [option] of example.matchAll(/--[a-z0-9-]+/g)) expect(command?.options, example).toContain(option);
  }
});

test('every exit code stands in the README and in --help', () => {
  for (const code of Object.values(EXIT)) expect(README).toContain(`| ${code} |`);
});

const runnable = [...README.matchAll(/```sh\n([^`]*)```\n\n```text\n([^`]*)```/g)].map(
  ([, script = '', output = '']) => [script, output] as const,
);

test.each(runnable)('the example prints what the README says: %s', async (script, output) => {
  const taxinav = `taxinav() { ${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} "$@"; }\n`;
  const { stdout } = await promisify(execFile)('bash', ['-c', taxinav + script], { env: { PATH: process.env['PATH'] } });
  expect(stdout).toBe(output);
});

test('the README has examples that run', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(3);
});
