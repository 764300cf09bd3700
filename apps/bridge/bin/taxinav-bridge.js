#!/usr/bin/env node
// The edge before anything is imported: older versions of Node do not fail on our dependencies, they crash without a word.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  // Whoever started us with a channel and is gone without a word takes us along: a bridge that nobody knows of keeps the ports.
  process.once('disconnect', () => process.exit(1));
  // It runs for years beside other programs: a smaller heap is worth more than the last percent of speed.
  setFlagsFromString('--optimize-for-size');
  const { main } = await import('../dist/main.js');
  process.exit(await main(process.argv.slice(2)));
}
// A checkout of the workspace carries its own Node; an installed package does not.
const carried = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
if (!existsSync(carried)) {
  console.error(`taxinav-bridge: Node ${process.versions.node} is too old. Install Node 22.18 or newer.`);
  process.exit(78);
}
const child = spawn(carried, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
