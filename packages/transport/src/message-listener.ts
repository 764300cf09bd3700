import { createServer, type Server, type Socket } from 'node:net';
import { ackEncoder } from './acknowledgement.ts';
import { AddressList } from './address-list.ts';
import type { Clock } from './clock.ts';
import { Deadlines } from './deadlines.ts';
import { TransportError } from './errors.ts';
import { peerOf } from './message-connection.ts';
import type { CloseReason, ListenerEvent, ListenOptions, MessageHandler } from './options.ts';
import { LISTEN_DEFAULTS, requireCodecOptions, requireHost, requirePort, requirePositive } from './option-defaults.ts';
import { ServedConnection, type Service } from './served-connection.ts';
import { systemClock } from './system-clock.ts';

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

class OpenPort implements MessageListener {
  readonly host: string;
  readonly port: number;
  readonly #options: ListenOptions;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #service: Service;
  readonly #open = new Set<ServedConnection>();
  readonly #perAddress = new Map<string, number>();
  /** Also connections that are gone, as long as something they brought is being handled. */
  readonly #unfinished = new Set<ServedConnection>();
  #sockets = 0;
  #allowed: AddressList;
  #serial = 0;
  #stopped: Promise<void> | undefined;
  #watchers: (() => void)[] = [];

  constructor(server: Server, options: ListenOptions, allowed: AddressList, handler: MessageHandler) {
    const bound = server.address();
    this.host = options.host;
    this.port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
    this.#options = options;
    this.#server = server;
    this.#allowed = allowed;
    this.#clock = options.clock ?? systemClock;
    const encoding = options.encoding ?? 'auto';
    this.#service = {
      wire: { encoding, limits: options.limits, tap: options.tap, clock: this.#clock },
      deadlines: new Deadlines(this.#clock),
      messageDeadlineMs: options.messageDeadlineMs ?? LISTEN_DEFAULTS.messageDeadlineMs,
      idleMs: options.idleMs ?? LISTEN_DEFAULTS.idleMs,
      unanswered: options.unanswered ?? LISTEN_DEFAULTS.unanswered,
      writeDeadlineMs: options.writeDeadlineMs ?? LISTEN_DEFAULTS.writeDeadlineMs,
      handler,
      encode: ackEncoder(encoding, options.ackStyle),
      diagnostic: (peer, diagnostic) => this.#tell({ event: 'diagnostic', peer, diagnostic }),
      handlerFailed: (peer, error) => this.#tell({ event: 'handler-failed', peer, error }),
      closed: (connection, reason, error) => this.#closed(connection, reason, error),
      finished: (connection) => this.#finished(connection),
    };
    server.on('connection', (socket) => this.#accept(socket));
    // The system may be out of descriptors (EMFILE) for a while; the port stays open and later connections are accepted.
    server.on('error', (error) => this.#tell({ event: 'accept-failed', error }));
  }

  get connections(): number {
    return this.#open.size;
  }

  allow(addresses: readonly string[]): void {
    this.#allowed = new AddressList(addresses);
    for (const connection of this.#open) {
      if (!this.#allowed.covers(connection.peer.address)) connection.abort('closed');
    }
  }

  async drain(ms: number): Promise<void> {
    void this.#stopAccepting();
    for (const connection of this.#open) connection.finish('drained');
    const timeout = new AbortController();
    const finished = this.#until(() => this.#unfinished.size === 0);
    await Promise.race([finished, this.#clock.sleep(ms, timeout.signal).catch(() => undefined)]);
    timeout.abort();
    await this.close();
  }

  async close(): Promise<void> {
    const stopped = this.#stopAccepting();
    for (const connection of this.#unfinished) connection.abort('closed');
    await Promise.all([stopped, this.#until(() => this.#sockets === 0)]);
    this.#service.deadlines.stop();
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

  #accept(socket: Socket): void {
    const peer = peerOf(socket, this.#serial + 1, this.port);
    const refusal = peer === undefined ? undefined : this.#refusal(peer.address);
    if (peer === undefined || refusal !== undefined) {
      // An error may still be reported for a socket that is not kept. It gets a reset, not an orderly end: the peer must
      // not believe that its message was taken.
      socket.on('error', () => undefined).resetAndDestroy();
      if (peer !== undefined && refusal !== undefined) this.#tell({ event: 'refused', address: peer.address, reason: refusal });
      return;
    }
    this.#serial += 1;
    if (this.#open.size >= (this.#options.connections ?? LISTEN_DEFAULTS.connections)) this.#evict();
    const connection = new ServedConnection(socket, peer, this.#service);
    this.#sockets += 1;
    this.#open.add(connection);
    this.#unfinished.add(connection);
    this.#perAddress.set(peer.address, (this.#perAddress.get(peer.address) ?? 0) + 1);
    this.#tell({ event: 'connected', peer });
  }

  #refusal(address: string): 'not-allowed' | 'address-limit' | 'draining' | undefined {
    if (!this.#allowed.covers(address)) return 'not-allowed';
    if (this.#stopped !== undefined) return 'draining';
    const limit = this.#options.connectionsPerAddress ?? LISTEN_DEFAULTS.connectionsPerAddress;
    return (this.#perAddress.get(address) ?? 0) >= limit ? 'address-limit' : undefined;
  }

  /** The longest-idle connection makes room; one that waits for an answer only when all do. */
  #evict(): void {
    let longest: ServedConnection | undefined;
    for (const connection of this.#open) {
      if (longest === undefined || longer(connection, longest)) longest = connection;
    }
    if (longest === undefined) return;
    this.#forget(longest);
    longest.abort('evicted');
  }

  #closed(connection: ServedConnection, reason: CloseReason, error: Error | undefined): void {
    this.#forget(connection);
    this.#sockets -= 1;
    this.#tell({ event: 'disconnected', peer: connection.peer, reason, ...(error !== undefined && { error }) });
    this.#changed();
  }

  #finished(connection: ServedConnection): void {
    this.#unfinished.delete(connection);
    this.#changed();
  }

  /** Resolves as soon as `reached` holds; it is asked again whenever a connection is closed or finished. */
  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #changed(): void {
    if (this.#watchers.length > 0) for (const wake of this.#watchers.splice(0)) wake();
  }

  /** A connection that is being destroyed no longer counts, though its socket closes a turn later. */
  #forget(connection: ServedConnection): void {
    if (!this.#open.delete(connection)) return;
    const { address } = connection.peer;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  #tell(event: ListenerEvent): void {
    this.#options.onEvent?.(event);
  }
}

function longer(one: ServedConnection, other: ServedConnection): boolean {
  if (one.unoccupied !== other.unoccupied) return one.unoccupied;
  return one.lastActivity < other.lastActivity;
}

/**
 * Opens a port and hands every message and fault to `handler`, in order per connection; answers leave in request order.
 *
 * @throws TransportError `TRANSPORT_LISTEN_FAILED` with cause and remedy, `TRANSPORT_ALLOW_INVALID` naming the entry.
 * @throws TypeError for an empty host; RangeError when a number is no positive number in its unit, the port is not 0–65,535, or
 * the codec does not know an encoding or limit.
 *
 * Source: [TN-1], [TN-3], [TN-8], [TN-22].
 */
export async function listen(options: ListenOptions, handler: MessageHandler): Promise<MessageListener> {
  requireHost('listen', options.host);
  requirePort('listen', options.port, 0);
  requirePositive('listen', options, [
    'messageDeadlineMs',
    'idleMs',
    'connections',
    'connectionsPerAddress',
    'unanswered',
    'writeDeadlineMs',
    'keepAliveMs',
  ]);
  requireCodecOptions(options);
  const allowed = new AddressList(options.allow ?? LISTEN_DEFAULTS.allow);
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: options.keepAliveMs ?? LISTEN_DEFAULTS.keepAliveMs,
  });
  const { promise, resolve, reject } = Promise.withResolvers<MessageListener>();
  const refused = (cause: Error): void => reject(listenFailure(options, cause));
  server.once('error', refused);
  server.listen({ host: options.host, port: options.port, exclusive: true }, () => {
    server.off('error', refused);
    resolve(new OpenPort(server, options, allowed, handler));
  });
  return await promise;
}
