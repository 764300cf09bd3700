import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The program as a user runs it. */
export const BIN = fileURLToPath(new URL('../bin/taxinav.js', import.meta.url));

/** What a run left behind. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** A run that goes on. */
export interface Running extends AsyncDisposable {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly finished: Promise<Finished>;
  stdout(): string;
  stderr(): string;
  /** Resolves with the match as soon as stdout (or stderr) holds it; rejects when the program ends without it. */
  until(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
}

/** Starts the program. Its environment is the test's own, without colours unless asked for. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  return start(process.execPath, [BIN, ...args], env);
}

/** Starts any program the same way. */
export function start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  // Nothing of this run's own environment: TAXINAV_* would be settings, FORCE_COLOR would colour.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:TAXINAV_|FORCE_COLOR$|NODE_OPTIONS$)/.test(name));
  const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...Object.fromEntries(inherited), ...env } });
  const text = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const heard = (stream: 'stdout' | 'stderr') => (chunk: string) => {
    text[stream] += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', heard('stdout'));
  child.stderr.setEncoding('utf8').on('data', heard('stderr'));
  child.stdin.on('error', () => undefined);
  const finished = once(child, 'close').then(([code]) => ({ ...text, code: code as number | null }));
  return {
    process: child,
    finished,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    until: (pattern, stream = 'stdout') =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text[stream]);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void finished.then(() => reject(new Error(`ended without ${pattern} on ${stream}:\n${text.stdout}\n${text.stderr}`)));
      }),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await finished;
    },
  };
}

/** Runs the program to its end. */
export async function runCli(
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const running = startCli(args, env);
  running.process.stdin.end(input);
  return await running.finished;
}

/** Lines of JSON as objects. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
