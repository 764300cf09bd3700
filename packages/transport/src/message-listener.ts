import { createServer, type Server, type Socket } from 'node:net';
import { AckWriter } from './acknowledgement.ts';
import { AddressList, normalAddress } from './address-list.ts';
import { ConnectionTable } from './connection-table.ts';
import { DeadlineRounds } from './deadline-rounds.ts';
import { TransportError } from './errors.ts';
import { farEnd } from './far-end.ts';
import type { ListenOptions, MessageHandler, RefusalReason } from './options.ts';
import { LISTEN_DEFAULTS, requireCodecOptions, requireHost, requirePort, requirePositive } from './option-defaults.ts';
import { Origins, type Origin } from './origins.ts';
import { readIntroduction } from './proxied-socket.ts';
import { ServedConnection, type Service } from './served-connection.ts';
import { systemClock } from './system-clock.ts';
import { Wire } from './wire.ts';

/** An open port that speaks the protocol. */
export interface MessageListener extends AsyncDisposable {
  readonly host: string;
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /**
   * Replaces the allow list; connections that it no longer covers are closed.
   *
   * @throws TransportError `TRANSPORT_ALLOW_INVALID`; the list in use then stays.
   */
  allow(addresses: readonly string[]): void;
  /** Accepts nothing more, answers what was read, ends every connection in good order; what is left after `ms` is destroyed. */
  drain(ms: number): Promise<void>;
  /** Closes port and connections at once. */
  close(): Promise<void>;
}

function listenFailure({ host, port }: ListenOptions, cause: NodeJS.ErrnoException): TransportError {
  const remedy: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is in use by another program: stop that program (ss -ltnp shows it) or choose another port`,
    EACCES: `this user may not open port ${port} on ${host}: choose a port from 1024 up, or give the process CAP_NET_BIND_SERVICE`,
    EADDRNOTAVAIL: `${host} is not an address of this machine (port ${port}): choose one that "ip address" shows, or 127.0.0.1`,
    ENOTFOUND: `the host name ${host} is not known (port ${port}): write an IP address of this machine`,
    EAI_AGAIN: `the host name ${host} cannot be looked up now (port ${port}): write an IP address of this machine`,
  };
  const text = remedy[cause.code ?? ''] ?? `port ${port} on ${host} cannot be opened: ${cause.message}`;
  return new TransportError('TRANSPORT_LISTEN_FAILED', text, { cause });
}

/** What a listener needs as soon as somebody connects: thousands of ports that wait cost little. */
interface Floor {
  readonly origins: Origins;
  readonly table: ConnectionTable;
  readonly service: Service;
}

/** Where a server keeps whose it is: its listeners are then the same functions for every port. */
const PORT = Symbol('the open port of a server');

interface OwnedServer extends Server {
  [PORT]?: OpenPort;
}

function listening(this: OwnedServer): void {
  this[PORT]?.opened();
}

function connected(this: OwnedServer, socket: Socket): void {
  this[PORT]?.accept(socket);
}

function failed(this: OwnedServer, error: Error): void {
  this[PORT]?.failed(error);
}

/** Who waits for a port to open. */
interface Opening {
  readonly resolve: (listener: MessageListener) => void;
  readonly reject: (error: TransportError) => void;
}

class OpenPort implements MessageListener {
  port = 0;
  readonly #options: ListenOptions;
  readonly #handler: MessageHandler;
  readonly #server: Server;
  #opening: Opening | undefined;
  /** `undefined`: the default. */
  #allowed: AddressList | undefined;
  readonly #proxies: AddressList | undefined;
  /** Balancers' connections whose header is still to come. */
  readonly #unintroduced = new Set<Socket>();
  #floor: Floor | undefined;
  #serial = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: ListenOptions, handler: MessageHandler, opening: Opening) {
    this.#options = options;
    this.#handler = handler;
    this.#opening = opening;
    this.#allowed = options.allow === undefined ? undefined : new AddressList(options.allow);
    this.#proxies = options.proxies === undefined ? undefined : new AddressList(options.proxies, 'proxies');
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      // The system counts in whole seconds, and takes 0 for its own default of hours.
      keepAliveInitialDelay: Math.ceil((options.keepAliveMs ?? LISTEN_DEFAULTS.keepAliveMs) / 1_000) * 1_000,
    });
    (this.#server as OwnedServer)[PORT] = this;
    this.#server.on('listening', listening);
    this.#server.on('connection', connected);
    this.#server.on('error', failed);
    this.#server.listen({ host: options.host, port: options.port, exclusive: true });
  }

  /** @internal */
  opened(): void {
    const bound = this.#server.address();
    this.port = typeof bound === 'object' && bound !== null ? bound.port : this.#options.port;
    this.#opening?.resolve(this);
    this.#opening = undefined;
  }

  /** @internal */
  failed(error: Error): void {
    // The system may be out of descriptors (EMFILE) for a while; the port stays open and later connections are accepted.
    if (this.#opening === undefined) this.#options.onEvent?.({ event: 'accept-failed', error });
    else this.#opening.reject(listenFailure(this.#options, error));
  }

  get host(): string {
    return this.#options.host;
  }

  get connections(): number {
    return this.#floor?.table.open.size ?? 0;
  }

  allow(addresses: readonly string[]): void {
    this.#allowed = new AddressList(addresses);
    if (this.#floor === undefined) return;
    const { origins, table } = this.#floor;
    origins.allow(this.#allowed);
    for (const connection of table.open) if (!origins.of(connection.peer.address).allowed) connection.abort('closed');
  }

  async drain(ms: number): Promise<void> {
    void this.#stopAccepting();
    const table = this.#floor?.table;
    if (table !== undefined) {
      for (const connection of table.open) connection.finish('drained');
      const timeout = new AbortController();
      const { clock = systemClock } = this.#options;
      await Promise.race([table.allFinished(), clock.sleep(ms, timeout.signal).catch(() => undefined)]);
      timeout.abort();
    }
    await this.close();
  }

  async close(): Promise<void> {
    const stopped = this.#stopAccepting();
    const table = this.#floor?.table;
    for (const socket of this.#unintroduced) socket.destroy();
    for (const connection of [...(table?.open ?? []), ...(table?.leftovers ?? [])]) connection.abort('closed');
    await Promise.all([stopped, table?.allClosed()]);
    this.#floor?.service.deadlines.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #stopAccepting(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
    return this.#stopped;
  }

  /** @internal */
  accept(socket: Socket): void {
    const { address, port } = farEnd(socket);
    if (address !== undefined && this.#proxies?.covers(address) === true) void this.#introduce(socket, address);
    else this.#serve(socket, address, port);
  }

  /** A balancer's connection is served as that of the peer it names. */
  async #introduce(socket: Socket, proxy: string): Promise<void> {
    if (this.#stopped !== undefined || this.#unintroduced.size >= (this.#options.connections ?? LISTEN_DEFAULTS.connections)) {
      this.#refuse(socket, proxy, this.#stopped === undefined ? 'address-limit' : 'draining');
      return;
    }
    this.#unintroduced.add(socket);
    const introduction = await readIntroduction(socket, this.#options.clock ?? systemClock);
    this.#unintroduced.delete(socket);
    if (introduction.header === 'proxied') {
      this.#serve(socket, introduction.address, introduction.port);
      socket.resume();
    } else if (introduction.header === 'local') {
      // The balancer asks whether the port is open: it is.
      socket.on('error', () => undefined).destroy();
    } else {
      this.#refuse(socket, proxy, 'proxy-header');
    }
  }

  #serve(socket: Socket, remoteAddress: string | undefined, remotePort: number | undefined): void {
    const { origins, table, service } = (this.#floor ??= this.#begin());
    const origin = remoteAddress === undefined ? undefined : origins.of(remoteAddress);
    const refusal = origin === undefined ? undefined : this.#refusal(origin);
    if (origin === undefined || remotePort === undefined || refusal !== undefined) {
      this.#refuse(socket, origin?.address, refusal);
      return;
    }
    const { address } = origin;
    this.#serial += 1;
    const peer = { address, port: remotePort, localPort: this.port, connection: this.#serial };
    if (table.open.size >= (this.#options.connections ?? LISTEN_DEFAULTS.connections)) {
      const longest = table.longestIdle();
      if (longest !== undefined) table.forget(longest);
      longest?.abort('evicted');
    }
    table.add(new ServedConnection(socket, peer, service));
    this.#options.onEvent?.({ event: 'connected', peer });
  }

  #refuse(socket: Socket, address: string | undefined, reason: RefusalReason | undefined): void {
    // An error may still be reported for a socket that is not kept. It gets a reset, not an orderly end: the peer must
    // not believe that its message was taken.
    socket.on('error', () => undefined).resetAndDestroy();
    if (address !== undefined && reason !== undefined)
      this.#options.onEvent?.({ event: 'refused', address: normalAddress(address), reason });
  }

  #refusal({ allowed, open }: Origin): Exclude<RefusalReason, 'proxy-header'> | undefined {
    if (!allowed) return 'not-allowed';
    if (this.#stopped !== undefined) return 'draining';
    return open >= (this.#options.connectionsPerAddress ?? LISTEN_DEFAULTS.connectionsPerAddress) ? 'address-limit' : undefined;
  }

  #begin(): Floor {
    const { clock = systemClock, encoding = 'auto', limits, tap, ackStyle, onEvent } = this.#options;
    const origins = new Origins(this.#allowed ?? new AddressList(LISTEN_DEFAULTS.allow));
    const table = new ConnectionTable(origins);
    let activities = 0;
    const service: Service = {
      wire: new Wire({
        encoding,
        limits,
        tap,
        clock,
        ...(onEvent !== undefined && { diagnostic: (peer, diagnostic) => onEvent({ event: 'diagnostic', peer, diagnostic }) }),
      }),
      deadlines: new DeadlineRounds(clock, table.open),
      messageDeadlineMs: this.#options.messageDeadlineMs ?? LISTEN_DEFAULTS.messageDeadlineMs,
      idleMs: this.#options.idleMs ?? LISTEN_DEFAULTS.idleMs,
      unanswered: this.#options.unanswered ?? LISTEN_DEFAULTS.unanswered,
      writeDeadlineMs: this.#options.writeDeadlineMs ?? LISTEN_DEFAULTS.writeDeadlineMs,
      handler: this.#handler,
      writer: new AckWriter(encoding, ackStyle),
      handlerFailed: (peer, error) => this.#options.onEvent?.({ event: 'handler-failed', peer, error }),
      closed: (connection, finished, reason, error) => {
        table.closed(connection, finished);
        this.#options.onEvent?.({ event: 'disconnected', peer: connection.peer, reason, ...(error !== undefined && { error }) });
      },
      finished: (connection) => table.finished(connection),
      activity: () => (activities += 1),
    };
    return { origins, table, service };
  }
}

const POSITIVE = [
  'messageDeadlineMs',
  'idleMs',
  'connections',
  'connectionsPerAddress',
  'unanswered',
  'writeDeadlineMs',
  'keepAliveMs',
] as const;

/**
 * Opens a port and hands every message and fault to `handler`, in order per connection; answers leave in request order.
 *
 * @throws TransportError `TRANSPORT_LISTEN_FAILED` with cause and remedy, `TRANSPORT_ALLOW_INVALID` naming the entry.
 * @throws TypeError for an empty host; RangeError when a number is no positive number in its unit, the port is not 0–65,535, or
 * the codec does not know an encoding or limit.
 *
 * Source: [TN-1], [TN-3], [TN-8], [TN-22].
 */
export function listen(options: ListenOptions, handler: MessageHandler): Promise<MessageListener> {
  return new Promise((resolve, reject) => {
    requireHost('listen', options.host);
    requirePort('listen', options.port, 0);
    requirePositive('listen', options, POSITIVE);
    requireCodecOptions(options);
    void new OpenPort(options, handler, { resolve, reject });
  });
}
