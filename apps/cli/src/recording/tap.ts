import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Address } from '@taxinav/bridge-contract';
import { AllowList } from '../allow-list.ts';
import { CliError } from '../cli-error.ts';
import { formatHostPort } from '../host-port.ts';
import type { Direction } from './record-line.ts';

/** What a tap tells of its connections, in order. */
export interface TapWatcher {
  opened(connection: number, peer: string): void;
  refused(peer: string, why: string): void;
  bytes(connection: number, direction: Direction, bytes: Uint8Array): void;
  /** That side has sent its FIN. */
  ended(connection: number, direction: Direction): void;
  broken(connection: number, direction: Direction, code: string): void;
  closed(connection: number): void;
}

/** What is tapped. */
export interface TapOptions {
  readonly listen: Address;
  readonly to: Address;
  /** Addresses and CIDR blocks that may connect; absent: this machine. */
  readonly allow?: readonly string[] | undefined;
  readonly watcher: TapWatcher;
}

/** Connections passed on at once; more are refused. */
export const TAPPED_CONNECTIONS = 512;

/** How long the other side may take to accept a connection. */
const CONNECT_MS = 5_000;

/**
 * Stands between two programs and passes everything on, bytes, ends and resets as they come; nothing is kept back or changed.
 * A reader that is slow slows its writer.
 */
export class Tap implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: TapOptions;
  readonly #allowed: AllowList;
  readonly #pairs = new Map<number, readonly [Socket, Socket]>();
  #connections = 0;
  #idle: () => void = () => undefined;

  private constructor(options: TapOptions) {
    this.#options = options;
    this.#allowed = new AllowList(options.allow ?? ['127.0.0.0/8', '::1'], '--allow');
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** @throws CliError `failed` when the port cannot be opened, `usage` for an allow list that cannot be read */
  static async open(options: TapOptions): Promise<Tap> {
    const tap = new Tap(options);
    await new Promise<void>((resolve, reject) => {
      tap.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'it is in use by another program' : (error.code ?? error.message);
        reject(
          new CliError('failed', `--listen ${formatHostPort(options.listen)} cannot be opened: ${why}. Choose another port.`, {
            cause: error,
          }),
        );
      });
      tap.#server.listen(options.listen.port, options.listen.host, resolve);
    });
    return tap;
  }

  /** Where it listens; the port in use where 0 was asked for. */
  get address(): Address {
    return { host: this.#options.listen.host, port: (this.#server.address() as AddressInfo).port };
  }

  /** Accepts nothing more, lets what is open end by itself for so long, and breaks off the rest; resolves when all of it was told. */
  async drain(ms: number): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const late = setTimeout(() => {
      for (const pair of this.#pairs.values()) for (const socket of pair) socket.destroy();
    }, ms);
    await Promise.all([closed, this.#allClosed()]);
    clearTimeout(late);
  }

  /** Breaks off what is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.drain(0);
  }

  #allClosed(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve;
      if (this.#pairs.size === 0) resolve();
    });
  }

  #accept(near: Socket): void {
    const { watcher, to } = this.#options;
    const { remoteAddress = '', remotePort = 0 } = near;
    const host = remoteAddress.replace(/^::ffff:/, '');
    const peer = formatHostPort({ host, port: remotePort });
    near.on('error', () => undefined);
    const refusal = !this.#allowed.has(host)
      ? 'not allowed (--allow ADDRESS lets it in)'
      : this.#pairs.size >= TAPPED_CONNECTIONS
        ? `there are ${TAPPED_CONNECTIONS} connections already`
        : undefined;
    if (refusal !== undefined) {
      near.destroy();
      watcher.refused(peer, refusal);
      return;
    }
    const connection = ++this.#connections;
    const far = connect({ ...to, allowHalfOpen: true, noDelay: true });
    this.#pairs.set(connection, [near, far]);
    watcher.opened(connection, peer);
    const late = setTimeout(() => far.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })), CONNECT_MS);
    far.once('connect', () => clearTimeout(late));
    this.#pass(connection, 'in', near, far);
    this.#pass(connection, 'out', far, near);
    let open = 2;
    for (const socket of [near, far]) {
      socket.once('close', () => {
        clearTimeout(late);
        open -= 1;
        if (open > 0) return;
        this.#pairs.delete(connection);
        watcher.closed(connection);
        if (this.#pairs.size === 0) this.#idle();
      });
    }
  }

  #pass(connection: number, direction: Direction, from: Socket, to: Socket): void {
    const { watcher } = this.#options;
    from.on('data', (bytes: Buffer) => watcher.bytes(connection, direction, bytes));
    from.once('end', () => watcher.ended(connection, direction));
    from.on('error', (error: NodeJS.ErrnoException) => {
      watcher.broken(connection, direction, error.code ?? error.message);
      to.resetAndDestroy();
    });
    // Passes the FIN on too, and reads no faster than the other side takes.
    from.pipe(to);
  }
}
