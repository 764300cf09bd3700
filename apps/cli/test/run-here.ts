import { Readable } from 'node:stream';
import { CommanderError } from '@commander-js/extra-typings';
import { CliError } from '../src/cli-error.ts';
import type { CommandContext } from '../src/command-context.ts';
import { createProgram } from '../src/commands.ts';
import { EXIT, type ExitCode } from '../src/exit-codes.ts';
import { jsonLine } from '../src/visible.ts';
import type { Finished } from './run-cli.ts';

/** Runs a command in this process, which takes a tenth of the time of a process of its own; signals, exits and streams are `runCli`'s to prove. */
export async function runHere(
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string | Uint8Array } = {},
): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  const context = (json: boolean): CommandContext => ({
    output: {
      json,
      record: (object, lines) => (stdout += `${json ? jsonLine(object) : [lines()].flat().join('\n')}\n`),
      bytes: (bytes) => (stdout += Buffer.from(bytes).toString('utf8')),
      talk: (line) => (stderr += `${line}\n`),
      style: (_style, text) => text,
    },
    env,
    stdin: Readable.from([Buffer.from(input)]),
    interrupted: () => new AbortController().signal,
  });
  let code: ExitCode = EXIT.done;
  const program = createProgram('0.0.0', async (json, command) => {
    code = await command(context(json));
  });
  const write = (text: string): void => void (stderr += text);
  const quiet = (command: typeof program): void => {
    command.configureOutput({ writeErr: write, writeOut: write });
    for (const inner of command.commands) quiet(inner as typeof program);
  };
  quiet(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    else if (error instanceof CliError) {
      for (const line of error.lines) stderr += `taxinav: ${line}\n`;
      code = error.exitCode;
    } else throw error;
  }
  return { stdout, stderr, code };
}
