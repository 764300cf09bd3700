import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../../apps/bridge/bin/taxinav-bridge.js', import.meta.url));
const READY_MS = 20_000;
/** Of `/proc/PID/stat`: the kernel's unit of processor time on every Linux. */
const TICKS_PER_SECOND = 100;

/** The bridge as an administrator runs it. */
export interface BridgeProcess extends AsyncDisposable {
  readonly port: number;
  /** Resident memory, bytes; NaN where there is no /proc. */
  rss(): number;
  /** Processor time used, ms; NaN where there is no /proc. */
  cpuMs(): number;
}

/** Starts the bridge by its bin with one column, in a folder of its own; statuses go to `navigatorPort`. Its log goes to a file. */
export async function startBridge(folder: string, navigatorPort: number): Promise<BridgeProcess> {
  const file = join(folder, 'taxinav.yaml');
  writeFileSync(
    file,
    `node: bench
database: sqlite:bridge.db
acknowledge: all
columns:
  - id: north
    listen: 127.0.0.1:0
    navigator: 127.0.0.1:${navigatorPort}
    status: 127.0.0.1:${navigatorPort}
    operator: PJSIP/100
    callerId: '0445550101'
limits: { perPeerPerMinute: 0, perCalleePerHour: 0 }
wire: { connectionsPerAddress: 512 }
http: { listen: 127.0.0.1:0 }
`,
  );
  const log = join(folder, 'bridge.log');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TAXINAV_')));
  // With a channel it ends when we do, however that comes about.
  const child = spawn(process.execPath, [BIN, '--config', file], { stdio: ['ignore', openSync(log, 'w'), 'inherit', 'ipc'], env });
  const pid = child.pid ?? 0;
  const exited = once(child, 'exit');
  const ready = await readyLine(log, () => child.exitCode);
  const [column] = ready.columns;
  return {
    port: Number(column?.listen.split(':').at(-1)),
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1]) * 1024,
    cpuMs() {
      // After the name in brackets, which may hold spaces: state is the first, utime and stime the 12th and 13th.
      const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

interface Ready {
  readonly columns: readonly { readonly listen: string }[];
}

async function readyLine(log: string, exitCode: () => number | null): Promise<Ready> {
  for (let waited = 0; waited < READY_MS; waited += 20) {
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .find((text) => text.includes('"event":"ready"') && text.endsWith('}'));
    if (line !== undefined) return JSON.parse(line) as Ready;
    if (exitCode() !== null) throw new Error(`the bridge ended with ${exitCode()} before it was ready`);
    await sleep(20);
  }
  throw new Error(`the bridge was not ready within ${READY_MS / 1000} s; its log is ${log}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
