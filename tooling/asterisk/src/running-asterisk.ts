import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';
import { asteriskFolder, asteriskInstalled, asteriskRoot } from './installation.ts';

/** Name and password of ARI and AMI, as etc/ has them. */
const ACCOUNT = 'taxinav';
/** How long a start may take, and an orderly end. Milliseconds. */
const START_MS = 15_000;
const STOP_MS = 8_000;
/** Somebody may take a port between the look and the start. */
const STARTS = 3;

/** What a PBX is started with. */
export interface AsteriskStartOptions {
  /** Ends the PBX at once when it aborts. */
  readonly signal?: AbortSignal;
  /** Text that is appended to configuration files, by their names: `{ 'extensions.conf': '[more]\n…' }`. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** An Asterisk with a folder and ports of its own on loopback. */
export interface RunningAsterisk extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/ari`, without a trailing slash. */
  readonly ariUrl: string;
  readonly httpPort: number;
  readonly amiPort: number;
  /** UDP, where it takes calls in. */
  readonly sipPort: number;
  /** UDP, where its `sipp-trunk` expects the far end. */
  readonly trunkPort: number;
  readonly username: string;
  readonly password: string;
  /** Its folder; removed when it is disposed of. */
  readonly home: string;
  /** The log of the present run, or of the last. */
  readonly logFile: string;
  /** Process id while it runs. */
  readonly pid: number | undefined;
  /** Runs a console command and resolves with what it printed; rejects when the PBX does not run. */
  cli(command: string): Promise<string>;
  /** Hangs up everything and ends it; does nothing when it does not run. */
  stop(): Promise<void>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same ports in the same folder; rejects when it runs. */
  start(): Promise<void>;
}

/**
 * Starts an Asterisk beside any other: about 0.5 s.
 * It ends with the thread that started it, however that ends; `await using` ends it earlier and removes its folder.
 *
 * @throws Error when it is not installed or does not start, with the end of its log
 */
export async function startAsterisk(options: AsteriskStartOptions = {}): Promise<RunningAsterisk> {
  if (!asteriskInstalled()) throw new Error(`Asterisk is not installed in ${asteriskRoot()}: run \`tooling/asterisk/asterisk install\`.`);
  const home = await mkdtemp(join(tmpdir(), 'taxinav-asterisk-'));
  const extraFolder = join(home, 'extra');
  await mkdir(extraFolder);
  for (const [name, text] of Object.entries(options.extra ?? {})) await writeFile(join(extraFolder, name), text);
  for (let tried = 1; ; tried += 1) {
    const asterisk = new Asterisk(home, await freePorts(4), options.signal);
    try {
      await asterisk.start();
      return asterisk;
    } catch (error) {
      if (tried === STARTS || !(error instanceof PortTaken)) {
        await rm(home, { recursive: true, force: true });
        throw error;
      }
    }
  }
}

class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

class Asterisk implements RunningAsterisk {
  readonly username = ACCOUNT;
  readonly password = ACCOUNT;
  readonly home: string;
  readonly httpPort: number;
  readonly amiPort: number;
  readonly sipPort: number;
  readonly trunkPort: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal | undefined;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();

  constructor(home: string, ports: readonly number[], signal: AbortSignal | undefined) {
    const [httpPort = 0, amiPort = 0, sipPort = 0, trunkPort = 0] = ports;
    this.home = home;
    this.httpPort = httpPort;
    this.amiPort = amiPort;
    this.sipPort = sipPort;
    this.trunkPort = trunkPort;
    this.#signal = signal;
    this.#env = {
      ...process.env,
      ASTERISK_HOME: home,
      ASTERISK_ROOT: asteriskRoot(),
      ASTERISK_EXTRA: join(home, 'extra'),
      ASTERISK_HTTP_PORT: `${httpPort}`,
      ASTERISK_AMI_PORT: `${amiPort}`,
      ASTERISK_SIP_PORT: `${sipPort}`,
      ASTERISK_TRUNK_PORT: `${trunkPort}`,
    };
  }

  get ariUrl(): string {
    return `http://127.0.0.1:${this.httpPort}/ari`;
  }

  get logFile(): string {
    return join(this.home, 'log', 'full');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`Asterisk in ${this.home} runs already.`);
    this.#signal?.throwIfAborted();
    // The kernel ends it with the thread that started it: a killed test run leaves no PBX behind.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'bash', join(asteriskFolder, 'asterisk'), 'foreground'], {
      env: this.#env,
      stdio: 'ignore',
      detached: true,
      ...(this.#signal === undefined ? {} : { signal: this.#signal, killSignal: 'SIGKILL' }),
    });
    this.#child = child;
    const { promise, resolve } = Promise.withResolvers<void>();
    const gone = (): void => {
      if (this.#child === child) this.#child = undefined;
      resolve();
    };
    this.#gone = promise;
    child.once('exit', gone);
    // An abort is told as an error too, but then its end follows.
    child.on('error', () => {
      if (child.pid === undefined) gone();
    });
    const deadline = performance.now() + START_MS;
    while (!(await this.#booted())) {
      if (this.#child !== child || performance.now() > deadline) {
        const log = await this.#endOfLog();
        await this.kill();
        throw new Error(`Asterisk in ${this.home} did not start.\n${log}`);
      }
      await sleep(20);
    }
    if (/Address already in use/.test(await readFile(this.logFile, 'utf8'))) {
      await this.kill();
      throw new PortTaken(`Another program has one of the ports of Asterisk in ${this.home}.`);
    }
  }

  async cli(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)('bash', [join(asteriskFolder, 'asterisk'), 'cli', command], { env: this.#env });
    return stdout;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    // Asterisk's own word for an orderly end: it hangs up all channels first.
    child.kill('SIGTERM');
    const calledOff = new AbortController();
    const late = sleep(STOP_MS, 'late', { signal: calledOff.signal }).catch(() => 'calledOff');
    const outcome = await Promise.race([this.#gone, late]);
    calledOff.abort();
    if (outcome === 'late') await this.kill();
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.home, { recursive: true, force: true });
  }

  async #booted(): Promise<boolean> {
    try {
      const authorization = `Basic ${btoa(`${this.username}:${this.password}`)}`;
      const response = await fetch(`${this.ariUrl}/asterisk/ping`, { headers: { authorization }, signal: AbortSignal.timeout(1_000) });
      await response.arrayBuffer();
      return response.ok && /fully booted/.test(await this.cli('core waitfullybooted'));
    } catch {
      return false;
    }
  }

  async #endOfLog(): Promise<string> {
    const log = await readFile(this.logFile, 'utf8').catch(() => 'It left no log.');
    return log.split('\n').slice(-20).join('\n');
  }
}
