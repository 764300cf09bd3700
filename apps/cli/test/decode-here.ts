import { CliError } from '../src/cli-error.ts';
import { decodeCommand } from '../src/commands/decode.ts';
import { jsonLine } from '../src/visible.ts';
import type { Finished } from './run-cli.ts';

/** Runs `decode` within the test, which is quicker than the program: standard input in, what it prints out. */
export async function decodeHere(input: Uint8Array, options: readonly ('--json' | '--mask' | '--yaml')[] = []): Promise<Finished> {
  const json = options.includes('--json');
  let [stdout, stderr] = ['', ''];
  const output = {
    json,
    record: (object: object, lines: () => string | readonly string[]) =>
      void (stdout += `${json ? jsonLine(object) : [lines()].flat().join('\n')}\n`),
    bytes: () => undefined,
    talk: (line: string) => void (stderr += `${line}\n`),
    style: (_style: string, text: string) => text,
  };
  // In pieces that are cut anywhere, as a pipe brings them.
  const stdin = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < input.length; at += 1009) yield input.subarray(at, at + 1009);
  };
  const context = { output, env: {}, stdin: stdin(), interrupted: () => new AbortController().signal };
  try {
    const decoding = {
      file: undefined,
      encoding: 'auto',
      hex: false,
      mask: options.includes('--mask'),
      yaml: options.includes('--yaml'),
    } as const;
    return { code: await decodeCommand(context, decoding), stdout, stderr };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { code: error.exitCode, stdout, stderr: `${stderr}${error.lines.map((line) => `taxinav: ${line}\n`).join('')}` };
  }
}
