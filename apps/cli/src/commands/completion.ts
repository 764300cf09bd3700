import type { CommandContext } from '../command-context.ts';
import { createProgram } from '../commands.ts';
import { commandTree } from '../completion/command-tree.ts';
import { completionScript, type Shell } from '../completion/shells.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Prints the script that lets a shell complete this program. */
export function completion({ output }: CommandContext, { shell }: { readonly shell: Shell }): Promise<ExitCode> {
  const program = createProgram('', () => Promise.resolve());
  output.bytes(Buffer.from(completionScript(shell, commandTree(program))));
  return Promise.resolve(EXIT.done);
}
