// What `npm start` shows: the bridge with its example configuration, and Taxi Navigator played beside it. Plain JavaScript; both
// are started by their bins. Everything it keeps lies in .taxinav/ at the root of the workspace.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const carried = join(root, 'node_modules', '.bin', 'node');
const node = existsSync(carried) ? carried : process.execPath;
/** An argument puts it elsewhere: `node tooling/demo.mjs FOLDER`. */
const folder = resolve(process.argv[2] ?? join(root, '.taxinav'));
const configuration = join(folder, 'taxinav.yaml');
/** The bridge stops within 10 s by itself. */
const STOP_MS = 12_000;

const children = new Set();
let stopping = false;
const write = (line) => process.stdout.write(`${line}\n`);
// Whoever reads may go away (`| head`); the end is then the same as at a signal.
process.stdout.on('error', () => void stop(0));
process.stderr.on('error', () => void stop(0));

/** Starts a bin of the workspace; its lines go to `line`. Resolves `ended` with what it ended with. */
function start(bin, args, line) {
  const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {};
  // In a group of its own, so that Ctrl-C reaches the demo alone, which then stops them in order.
  const child = spawn(node, [join(root, bin), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: true,
    env: { ...process.env, ...colours },
  });
  createInterface({ input: child.stdout }).on('line', line);
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

/** Stops the simulator, then the bridge; ends the demo. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  if (code === 0) write('stopping; calls that play get up to 8 s');
  const timer = setTimeout(() => {
    for (const { child } of children) child.kill('SIGKILL');
  }, STOP_MS);
  // Last started, first stopped.
  for (const { child, ended } of [...children].toReversed()) {
    child.kill('SIGTERM');
    await ended;
  }
  clearTimeout(timer);
  process.exit(code);
}

/** A line of the bridge's log: the ready line is waited for, what warns is shown, the rest is told by the frames. */
function bridgeLine(text, ready) {
  let entry;
  try {
    entry = JSON.parse(text);
  } catch {
    write(`bridge  ${text}`);
    return;
  }
  if (entry.event === 'ready') ready(entry);
  else if (!stopping && ['warn', 'error', 'fatal'].includes(entry.level)) {
    const { level, event, time: _time, msg, err, ...rest } = entry;
    const fields = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    write(['bridge ', level, event, msg, err?.message, ...fields].filter((part) => part !== undefined).join(' '));
  }
}

function whatNext({ columns, http }) {
  const [{ id, listen }] = columns;
  const api = `http://${http}`;
  return `
The bridge runs, and Taxi Navigator is played beside it. In another terminal, at the root of this workspace:

  node apps/cli/bin/taxinav.js send say --to ${listen} --number 0671234561 --text "Машина подана"
  node apps/cli/bin/taxinav.js send dial --to ${listen} --tel 0671234567
  node apps/cli/bin/taxinav.js send conference --to ${listen} --tel1 0501234560 --tel2 0671234567
  node apps/cli/bin/taxinav.js simulate call --http ${api} --caller-id 0675040279 --column ${id}
  node apps/cli/bin/taxinav.js notifications list --http ${api}
  curl ${api}/health/ready

The last digit of a number decides what its simulated phone does: 0, 1 answers; 2 busy; 3 never answers; 4 unreachable; 5 no such
number; 6 no free line; 7 answers and hangs up; 8 answers after 3 s; 9 answers and presses 1. A dashboard does not exist yet.
Configuration and database: ${folder}   Ctrl-C stops both.
`;
}

mkdirSync(folder, { recursive: true });
if (!existsSync(configuration)) copyFileSync(join(root, 'apps/bridge/deploy/example.yaml'), configuration);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
// `npm start` passes no signal on: when it is ended, the parent of this process is gone.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent) void stop(0);
  }, 1_000).unref();
}

const ready = {};
ready.promise = new Promise((resolve) => (ready.resolve = resolve));
const bridge = start('apps/bridge/bin/taxinav-bridge.js', ['--config', configuration], (line) => bridgeLine(line, ready.resolve));
void bridge.ended.then((code) => {
  if (stopping) return;
  console.error(`demo: the bridge has ended with exit code ${code}; what it said stands above.`);
  void stop(code === 0 ? 1 : code);
});
const readiness = await ready.promise;
write(
  `the bridge is ready: ${readiness.columns.map(({ id, listen }) => `column ${id} on ${listen}`).join(', ')}; HTTP on ${readiness.http}`,
);
write('Taxi Navigator is played now: a call comes in, click to call, spoken notification, conference.');
if (!stopping) {
  const simulator = start('apps/cli/bin/taxinav.js', ['simulate', 'navigator', '--config', configuration, '--play'], (line) => {
    write(line);
    if (line.includes('play over:')) write(whatNext(readiness));
  });
  void simulator.ended.then((code) => {
    if (stopping) return;
    console.error(`demo: the simulator has ended with exit code ${code}; what it said stands above.`);
    void stop(code === 0 ? 1 : code);
  });
}
