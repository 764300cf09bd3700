import type { Output } from './output.ts';

/** What every command is given of the world. */
export interface CommandContext {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  /** Aborts at SIGINT or SIGTERM; until it is asked for, those signals end the process by themselves. */
  readonly interrupted: () => AbortSignal;
}
