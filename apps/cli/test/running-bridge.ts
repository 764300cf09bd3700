import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@taxinav/testkit';
import { start, type Running } from './run-cli.ts';

const BRIDGE = fileURLToPath(new URL('../../bridge/bin/taxinav-bridge.js', import.meta.url));

/** Where Taxi Navigator's ports are. */
export interface NavigatorAddresses {
  readonly navigator: string;
  readonly status: string;
}

/** A bridge on the simulated PBX, with a database and ports of its own. */
export interface RunningBridge extends AsyncDisposable {
  /** The configuration file; `listen` and `http` in it are the ports in use where they were given. */
  readonly file: string;
  /** `HOST:PORT` of the column `north`. */
  readonly listen: string;
  readonly http: string;
  readonly running: Running;
}

/** Starts the daemon by its bin, as an administrator would. */
export async function startBridge(
  { navigator, status }: NavigatorAddresses,
  {
    listen = '127.0.0.1:0',
    http = '127.0.0.1:0',
    more = '',
  }: { readonly listen?: string; readonly http?: string; readonly more?: string } = {},
): Promise<RunningBridge> {
  const folder = await temporaryFolder();
  const file = folder.file('taxinav.yaml');
  await writeFile(
    file,
    `columns:
  - { id: north, listen: "${listen}", navigator: "${navigator}", status: "${status}", operator: PJSIP/100, lines: { "0445550101": Business } }
http: { listen: "${http}" }
dialling: { retryAfterSeconds: { busy: 60 } }
${more}`,
  );
  const running = start(process.execPath, [BRIDGE, '--config', file]);
  const [line = ''] = await running.until(/^.*"event":"ready".*$/m);
  const ready = JSON.parse(line) as { readonly http: string; readonly columns: readonly { readonly listen: string }[] };
  return {
    file,
    listen: ready.columns[0]?.listen ?? '',
    http: `http://${ready.http}`,
    running,
    [Symbol.asyncDispose]: async () => {
      // An orderly stop lets calls play for 8 s; how it stops is the bridge's own to prove.
      running.process.kill('SIGKILL');
      await running.finished;
      await folder[Symbol.asyncDispose]();
    },
  };
}
