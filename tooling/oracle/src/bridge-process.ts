import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Journal } from './journal.ts';

const BIN = fileURLToPath(new URL('../../../apps/bridge/bin/taxinav-bridge.js', import.meta.url));

/** A line that the bridge wrote on its standard output. */
export interface LogEntry {
  /** Which process wrote it: the run's number, from 1. */
  readonly run: number;
  /** Its `event`; absent when the line is no JSON object with one. */
  readonly event?: string;
  readonly line: Readonly<Record<string, unknown>>;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A bridge that runs as a process of its own. */
export interface BridgeProcess extends AsyncDisposable {
  readonly run: number;
  readonly pid: number;
  /** Lines of its standard error so far. */
  readonly errors: readonly string[];
  /** Resolves with its `ready` line; rejects with its standard error when it ends before. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
}

/** What a bridge is started with. */
export interface BridgeProcessOptions {
  readonly configurationFile: string;
  /** Gets every line of its log; one journal may serve many runs. */
  readonly log: Journal<LogEntry>;
  readonly run: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the bridge by its bin, as an administrator does; nothing of its code is imported. */
export function startBridge({ configurationFile, log, run, env = {} }: BridgeProcessOptions): BridgeProcess {
  const child = spawn(process.execPath, [BIN, '--config', configurationFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited(), ...env },
  });
  const errors: string[] = [];
  const ready = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  ready.promise.catch(() => undefined);
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const entry = readLine(text, run);
    if (entry.event === 'ready') ready.resolve(entry.line);
    log.append(entry);
  });
  // `close` comes when its output has been read to the end as well.
  const exited = once(child, 'close').then(([code, signal]) => {
    const exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
    ready.reject(new Error(`the bridge ended before it was ready (${exit.code ?? exit.signal}):\n${errors.join('\n')}`));
    return exit;
  });
  return {
    run,
    pid: child.pid ?? 0,
    errors,
    ready: ready.promise,
    exited,
    signal: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function readLine(text: string, run: number): LogEntry {
  try {
    const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { event } = line;
    return typeof event === 'string' ? { run, event, line } : { run, line };
  } catch {
    return { run, line: { text } };
  }
}

/** The environment without what would change the bridge: its own variables, and Node's options of the test run. */
function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:TAXINAV_|NODE_|VITEST)/.test(name));
  return Object.fromEntries(kept);
}
