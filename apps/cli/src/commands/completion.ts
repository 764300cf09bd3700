import type { CommandContext } from '../command-context.ts';
import { commandTree } from '../completion/command-tree.ts';
import { completionScript, type Shell } from '../completion/shells.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Prints the script that lets a shell complete this program, whose commands `program` has. */
export function completion(
  { output }: CommandContext,
  { shell, program }: { readonly shell: Shell; readonly program: Parameters<typeof commandTree>[0] },
): Promise<ExitCode> {
  output.bytes(Buffer.from(completionScript(shell, commandTree(program))));
  return Promise.resolve(EXIT.done);
}
