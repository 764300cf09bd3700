// The programs that the demo starts, and their end.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..', '..');
const carried = join(root, 'node_modules', '.bin', 'node');
const node = existsSync(carried) ? carried : process.execPath;
/** The bridge stops within 10 s by itself. */
const STOP_MS = 12_000;

export const write = (line) => process.stdout.write(`${line}\n`);

const children = new Set();
/** Run after the programs have ended, last added first. */
const endings = [];
let stopping = false;

export const isStopping = () => stopping;
export const atTheEnd = (ending) => endings.push(ending);

/** Starts a bin of the workspace; its lines go to `line`, and what it says beside them to `talk`. Resolves `ended` with what it ended with. */
export function start(bin, args, line, talk = (said) => console.error(said)) {
  const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {};
  // In a group of its own, so that Ctrl-C reaches the demo alone, which then stops them in order.
  const child = spawn(node, [join(root, bin), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...colours },
  });
  createInterface({ input: child.stdout }).on('line', line);
  createInterface({ input: child.stderr }).on('line', talk);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`demo: ${bin} cannot be started: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  }).finally(() => children.delete(entry));
  const entry = { child, ended };
  children.add(entry);
  return entry;
}

/** Starts one that the demo cannot go on without. */
export function serve(name, bin, args, line, talk) {
  void start(bin, args, line, talk).ended.then((code) => {
    if (stopping) return;
    console.error(`demo: ${name} has ended with exit code ${code}; what it said stands above.`);
    void stop(code === 0 ? 1 : code);
  });
}

/** Stops the last started first; ends the demo. */
export async function stop(code) {
  if (stopping) return;
  stopping = true;
  if (code === 0) write('stopping; calls that play get up to 8 s');
  const timer = setTimeout(() => {
    for (const { child } of children) child.kill('SIGKILL');
  }, STOP_MS);
  for (const { child, ended } of [...children].toReversed()) {
    child.kill('SIGTERM');
    await ended;
  }
  clearTimeout(timer);
  for (const ending of endings.toReversed()) await ending();
  process.exit(code);
}

/** Ends with a signal, with whoever reads what is written, and with whoever started the demo. */
export function endWithOthers() {
  // Whoever reads may go away (`| head`); the end is then the same as at a signal.
  process.stdout.on('error', () => void stop(0));
  process.stderr.on('error', () => void stop(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
  // `npm start` passes no signal on: when it is ended, the parent of this process is gone.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) void stop(0);
    }, 1_000).unref();
  }
}
