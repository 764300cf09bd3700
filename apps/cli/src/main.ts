import { createRequire } from 'node:module';
import { CommanderError } from '@commander-js/extra-typings';
import { CliError } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { createProgram } from './commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { processOutput } from './output.ts';

/** Runs the command line; resolves with the exit code once everything that was printed has left. */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads has seen enough (`| head`): there is nothing more to do, and nothing to complain about.
  const quiet = (error: NodeJS.ErrnoException): void => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed);
  process.stdout.on('error', quiet);
  process.stderr.on('error', quiet);
  // A parent that carried Node for us and is gone cannot pass on signals any more.
  if (process.connected) process.once('disconnect', () => process.exit(EXIT.failed));
  const code = await run(args);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  return code;
}

async function run(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(version(), async (json, command) => {
    code = await command(context(json));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CliError) {
      for (const line of error.lines) process.stderr.write(`taxinav: ${line}\n`);
      return error.exitCode;
    }
    process.stderr.write(`taxinav: this should not happen: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.failed;
  }
}

function context(json: boolean): CommandContext {
  return {
    output: processOutput(json),
    env: process.env,
    get stdin() {
      return process.stdin;
    },
    interrupted() {
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
      return controller.signal;
    },
  };
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

function version(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
