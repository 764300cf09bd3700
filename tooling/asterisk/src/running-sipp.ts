import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asteriskFolder } from './installation.ts';
import { freePorts } from './free-ports.ts';
import type { RunningAsterisk } from './running-asterisk.ts';

/** A scenario in sipp/, by its file's name. */
export type SippScenario = 'answers' | 'caller' | 'early-media' | 'refuses' | 'rings' | 'rings-then-refuses';

/** What SIPp plays. */
export interface SippOptions {
  readonly scenario: SippScenario;
  /** SIP status of a refusal. @defaultValue 486 */
  readonly status?: number;
  /** Calls until it ends. @defaultValue 1 */
  readonly calls?: number;
  /** Of `caller` only: the number dialled, the caller's number, and how long it talks, milliseconds. */
  readonly line?: string;
  readonly from?: string;
  readonly talkMs?: number;
}

/** A SIPp that plays the far end of a PBX's trunk, or a caller. */
export interface RunningSipp extends AsyncDisposable {
  /** Resolves when all calls are played as the scenario has them; rejects with SIPp's words else, and after 40 s. */
  readonly played: Promise<void>;
  /** Every SIP message so far, both ways. */
  messages(): Promise<string>;
}

/** How long it waits for its calls, seconds. */
const TIMEOUT_S = 40;
/** How often it is started at most, and the pause between, milliseconds. */
const TRIES = 5;
const AGAIN_MS = 500;

/** Starts SIPp: on the PBX's trunk port, or for `caller` on a port of its own. Resolves when the port is open. */
export async function startSipp(asterisk: Pick<RunningAsterisk, 'sipPort' | 'trunkPort'>, options: SippOptions): Promise<RunningSipp> {
  const folder = await mkdtemp(join(tmpdir(), 'taxinav-sipp-'));
  const file = (name: string): string => join(folder, name);
  const scenario = await readFile(join(asteriskFolder, 'sipp', `${options.scenario}.xml`), 'utf8');
  // SIPp takes a status as a plain number only, never from a variable.
  await writeFile(file('scenario.xml'), scenario.replaceAll(' 486 ', ` ${options.status ?? 486} `));
  const calls = options.scenario === 'caller';
  const [ownPort = 0] = calls ? await freePorts(1) : [];
  const args = [
    '-sf',
    file('scenario.xml'),
    '-i',
    '127.0.0.1',
    '-p',
    `${calls ? ownPort : asterisk.trunkPort}`,
    '-m',
    `${options.calls ?? 1}`,
  ];
  args.push('-nostdin', '-timeout', `${TIMEOUT_S}`, '-timeout_error', '-trace_msg', '-message_file', file('messages'));
  args.push('-trace_err', '-error_file', file('errors'));
  if (calls) {
    args.push('-s', options.line ?? '0445550101', '-key', 'from', options.from ?? '0675040279', '-d', `${options.talkMs ?? 2_000}`);
    args.push(`127.0.0.1:${asterisk.sipPort}`);
  }
  const read = (name: string): Promise<string> => readFile(file(name), 'utf8').catch(() => '');
  const begin = async (triesLeft: number): Promise<{ readonly child: ChildProcess; readonly exited: Promise<unknown[]> }> => {
    // Its screen of statistics goes nowhere.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'sipp', ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
    const exited = once(child, 'exit');
    if (calls || (await listening(asterisk.trunkPort, () => child.exitCode !== null))) return { child, exited };
    // Any program of the machine may have the port for a moment: it is one that the system gives away.
    if (triesLeft === 0) throw new Error(`SIPp ended before it opened port ${asterisk.trunkPort}: ${await read('errors')}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return begin(triesLeft - 1);
  };
  const { child, exited } = await begin(TRIES - 1);
  const played = exited.then(async ([code]) => {
    if (code !== 0)
      throw new Error(
        `SIPp, ${options.scenario}: ended with ${String(code)}. ${await read('errors')}${(await read('messages')).slice(-2_000)}`,
      );
  });
  // Whoever does not ask for it does not fail by it.
  played.catch(() => {});
  return {
    played,
    messages: () => read('messages'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      await played.catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until a UDP port of this machine is open; false when whoever was to open it is gone. */
async function listening(port: number, gone: () => boolean): Promise<boolean> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  for (;;) {
    // Before the port is looked at: it may be another's.
    if (gone()) return false;
    if ((await readFile('/proc/net/udp', 'utf8')).includes(hex)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
