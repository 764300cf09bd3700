import type { CommandContext } from './command-context.ts';
import type { ExitCode } from './exit-codes.ts';

/** Runs one command: `json` says what its output is, the function does the work once everything was understood. */
export type RunCommand = (json: boolean, command: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
