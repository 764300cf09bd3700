import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const READY = 'database system is ready to accept connections';
const START_TRIES = 20;
/** How long an orderly end may take before it is a kill. */
const ORDERLY_MS = 3_000;
const LOG_CHARACTERS = 20_000;

/** How a server is started. */
export interface PostgresProcessOptions {
  /** Off only where a test is about speed and not about what survives. @defaultValue true */
  readonly fsync?: boolean;
}

/** Whose rights a server runs with: PostgreSQL refuses root's. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  return { uid: Number(nobody?.[2] ?? 65_534), gid: Number(nobody?.[3] ?? 65_534) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A PostgreSQL server of one's own in a folder that goes with it, on loopback only. */
export class PostgresProcess {
  readonly #binaries: string;
  readonly #folder: string;
  readonly #options: PostgresProcessOptions;
  readonly #user = unprivileged();
  #port = 0;
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(binaries: string, folder: string, options: PostgresProcessOptions) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.#options = options;
  }

  /** Makes a cluster and starts its server. */
  static async create(binaries: string, options: PostgresProcessOptions): Promise<PostgresProcess> {
    const made = new PostgresProcess(binaries, await mkdtemp(join(tmpdir(), 'taxinav-postgres-')), options);
    try {
      await made.#initialize();
      await made.start();
      return made;
    } catch (error) {
      await made.remove();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  async #initialize(): Promise<void> {
    const sockets = join(this.#folder, 's');
    await mkdir(sockets);
    if (this.#user !== undefined) {
      await chown(this.#folder, this.#user.uid, this.#user.gid);
      await chown(sockets, this.#user.uid, this.#user.gid);
    }
    const cluster = ['-D', join(this.#folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await promisify(execFile)(join(this.#binaries, 'initdb'), cluster, { ...this.#user, cwd: this.#folder });
  }

  /** Starts the server, on the same port as before where it has had one. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port === 0 ? await freePort() : this.#port;
      if (await this.#tryStart(port)) {
        this.#port = port;
        return;
      }
      // A killed server's children hold its memory and port for a moment.
      if (attempt === START_TRIES) throw new Error(`PostgreSQL did not start on port ${port}:\n${this.#log.slice(-2_000)}`);
      await wait(100);
    }
  }

  async #tryStart(port: number): Promise<boolean> {
    const settings = [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${join(this.#folder, 's')}`,
      `fsync=${this.#options.fsync === false ? 'off' : 'on'}`,
      'max_connections=100',
      'shared_buffers=32MB',
    ].flatMap((setting) => ['-c', setting]);
    const child = spawn(join(this.#binaries, 'postgres'), ['-D', join(this.#folder, 'data'), '-p', String(port), ...settings], {
      ...this.#user,
      cwd: this.#folder,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    process.once('exit', this.#killAtExit);
    this.#log = '';
    const ready = new Promise<boolean>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_CHARACTERS);
        if (this.#log.includes(READY)) resolve(true);
      });
      child.once('exit', () => resolve(false));
      child.once('error', () => resolve(false));
    });
    if (await ready) return true;
    process.off('exit', this.#killAtExit);
    this.#process = undefined;
    return false;
  }

  readonly #killAtExit = (): void => {
    this.#process?.kill('SIGKILL');
  };

  /** Sends a signal to the postmaster and waits until it is gone. */
  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined) return;
    const exited = once(child, 'exit');
    const backends = signal === 'SIGKILL' ? await childrenOf(child.pid) : [];
    child.kill(signal);
    for (const pid of backends) killIfAlive(pid);
    // A connection that has not logged in yet would hold up an orderly end for a minute.
    const patience = setTimeout(() => void this.#killAll(child), ORDERLY_MS);
    await exited;
    clearTimeout(patience);
    process.off('exit', this.#killAtExit);
    this.#process = undefined;
  }

  async #killAll(child: ChildProcess): Promise<void> {
    const backends = child.pid === undefined ? [] : await childrenOf(child.pid);
    child.kill('SIGKILL');
    for (const pid of backends) killIfAlive(pid);
  }

  /** Ends it as a power cut would: every process of it is killed. */
  kill9(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it in order, its clients' connections too. */
  shutDown(): Promise<void> {
    return this.#end('SIGINT');
  }

  /** Ends it at once and removes its folder. */
  async remove(): Promise<void> {
    await this.#end('SIGQUIT');
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** Its children by the kernel's word; elsewhere than on Linux they notice the postmaster's death themselves. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  try {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
