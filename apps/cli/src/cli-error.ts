import { EXIT, type ExitCode } from './exit-codes.ts';

/** Why a command ended early; its name decides the exit code. */
export type CliErrorCode = Exclude<keyof typeof EXIT, 'done'>;

/** Ends a command with one or several lines for people: what failed, where, expected what, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly lines: readonly string[];

  constructor(code: CliErrorCode, lines: string | readonly string[], options?: ErrorOptions) {
    const all = typeof lines === 'string' ? [lines] : lines;
    super(all.join('\n'), options);
    this.code = code;
    this.lines = all;
  }

  get exitCode(): ExitCode {
    return EXIT[this.code];
  }
}
