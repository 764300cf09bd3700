// What `npm start` shows: the bridge with its example configuration, and Taxi Navigator played beside it; with `--asterisk` on a
// real PBX. Plain JavaScript; both are started by their bins. Everything it keeps lies in .taxinav/ at the root of the workspace.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBridge } from './demo/bridge.mjs';
import { endWithOthers, isStopping, root, serve, stop, write } from './demo/programs.mjs';
import { afterAsterisk, afterTheSimulation } from './demo/what-next.mjs';

const CLI = 'apps/cli/bin/taxinav.js';

const { asterisk, folder } = readArguments();
mkdirSync(folder, { recursive: true });
endWithOthers();
await (asterisk ? onAsterisk() : onTheSimulation());

async function onTheSimulation() {
  const configuration = join(folder, 'taxinav.yaml');
  if (!existsSync(configuration)) copyFileSync(join(root, 'apps/bridge/deploy/example.yaml'), configuration);
  const readiness = await bridgeOn(configuration);
  write('Taxi Navigator is played now: a call comes in, click to call, spoken notification, conference.');
  if (isStopping()) return;
  serve('the simulator', CLI, ['simulate', 'navigator', '--config', configuration, '--play'], (line) => {
    write(line);
    if (line.includes('play over:')) write(afterTheSimulation(readiness, folder));
  });
}

async function onAsterisk() {
  // Only here: it needs what the simulation does not.
  const { install, startTestPbx } = await import('./demo/test-pbx.mjs');
  const { playOnAsterisk } = await import('./demo/play-on-asterisk.mjs');
  const why = install();
  if (why !== undefined) {
    console.error(
      `demo: Asterisk cannot be installed here: ${why.replace(/^asterisk: /, '')}\n` +
        'It needs Linux with Debian’s apt-get (Debian or Ubuntu, or a container of them) and a Debian mirror that can be reached.\n' +
        '`npm start` without --asterisk shows the same four jobs on a simulated PBX.',
    );
    return await stop(1);
  }
  let pbx;
  try {
    pbx = await startTestPbx(folder);
  } catch (error) {
    if (isStopping()) return;
    console.error(`demo: Asterisk cannot be started: ${error.message}`);
    return await stop(1);
  }
  if (isStopping()) return;
  const { ariUrl, pid, logFile } = pbx.asterisk;
  write(`Asterisk runs: ARI ${ariUrl}, process ${pid}, its log ${logFile}`);
  const readiness = await bridgeOn(pbx.configuration);
  if (isStopping()) return;
  const told = [];
  const statuses = (guid) => told.filter((line) => line.includes(guid)).map((line) => /Status: (\w+)/.exec(line)?.[1]);
  const frame = (line) => {
    write(line);
    if (line.includes('SayTextStatus')) told.push(line);
  };
  await new Promise((listening) => {
    let ports = 2;
    serve('the simulator', CLI, ['simulate', 'navigator', '--config', pbx.configuration], frame, (line) => {
      write(line);
      if (line.startsWith('listening on') && (ports -= 1) === 0) listening();
    });
  });
  write('Taxi Navigator is played now: a call comes in, click to call, spoken notification, conference.');
  await playOnAsterisk({ to: readiness.columns[0].listen, pbx, statuses });
  if (!isStopping()) write(afterAsterisk(readiness, pbx));
}

async function bridgeOn(configuration) {
  const readiness = await startBridge(configuration);
  const columns = readiness.columns.map(({ id, listen }) => `column ${id} on ${listen}`).join(', ');
  write(`the bridge is ready: ${columns}; HTTP on ${readiness.http}`);
  return readiness;
}

/** What was asked for, and where everything is kept. */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: { asterisk: { type: 'boolean', default: false } }, allowPositionals: true });
    if (positionals.length > 1) throw new Error(`one folder at most, got ${positionals.length}`);
    const usual = join(root, '.taxinav', ...(values.asterisk ? ['asterisk'] : []));
    return { asterisk: values.asterisk, folder: resolve(positionals[0] ?? usual) };
  } catch (error) {
    console.error(`demo: ${error.message}\nusage: npm start [-- [--asterisk] [FOLDER]]`);
    return process.exit(2);
  }
}
