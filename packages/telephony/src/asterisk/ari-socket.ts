import { WebSocket, type RawData } from 'ws';
import type { Clock } from '../clock.ts';
import { startTimer } from '../timer.ts';
import { basicAuthorization, type AriClient } from './ari-client.ts';
import { readAriEvent, type AriEvent } from './ari-events.ts';
import { Hearing } from './hearing.ts';
import type { AsteriskWarning } from './options.ts';
import { reconnectPauseMs, wasGood } from './reconnect-pause.ts';

/** How often a ping is sent, milliseconds. */
const PING_MS = 5_000;
/** Pings without an answer after which the socket is dropped. */
const MISSED_PINGS = 2;
/** How long a handshake may take, milliseconds. */
const HANDSHAKE_MS = 5_000;
/** When Asterisk has answered again, how long it may take over handshakes that were given up before, milliseconds. */
const STALE_HANDSHAKES_MS = 1_000;
/** An event is a few kilobytes. */
const EVENT_BYTES = 1024 * 1024;

/** What one application's websocket is told. */
export interface AriSocketOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly application: string;
  /**
   * What the application hears of besides its own channels, such as `channel:` for all; asked for after each connect.
   * Not `subscribeAll=true`: that takes in device states, and Asterisk 22 locks up for ever when one changes while such a
   * websocket is opened.
   */
  readonly eventSources?: readonly string[];
  /** The types of events it needs; asked for after each connect. */
  readonly events: readonly string[];
  readonly client: AriClient;
  readonly warn: (warning: AsteriskWarning) => void;
  readonly onEvent: (event: AriEvent) => void;
  /** Called after each connect, with the filter in place; when it rejects, the connection is given up and made anew. */
  readonly onConnected: () => Promise<void>;
  /** The connection that `onConnected` was called for is lost. */
  readonly onLost: () => void;
}

/** The websocket of one Stasis application, connected for ever: lost, replaced or silent, it connects again. */
export class AriSocket {
  readonly #options: AriSocketOptions;
  readonly #hearing: Hearing;
  #socket: WebSocket | undefined;
  #told = false;
  #running = false;
  #failures = 0;
  #openedAt = 0;
  /** A handshake was given up that Asterisk may still carry out. */
  #isStale = false;
  #stopTimer: () => void = () => {};

  constructor(options: AriSocketOptions) {
    this.#options = options;
    this.#hearing = new Hearing(options);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#failures = 0;
    this.#connect();
  }

  /** Closes the connection; nothing is told any more. */
  stop(): void {
    this.#running = false;
    this.#stopTimer();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#told = false;
    if (socket === undefined) return;
    socket.close();
    // A peer that does not answer the close is not waited for; the frame itself has left by then.
    const callOff = startTimer(this.#options.clock, 1_000, () => socket.terminate());
    socket.on('close', callOff);
  }

  #connect(): void {
    const { application, url, username, password } = this.#options;
    const query = new URLSearchParams({ app: application });
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/events?${query.toString()}`, {
      headers: { authorization: basicAuthorization(username, password) },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: EVENT_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket = socket;
    let whyLost: unknown;
    socket.on('open', () => void this.#opened(socket));
    socket.on('message', (data, isBinary) => this.#onMessage(socket, data, isBinary));
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.#warnOfRefusal(socket, response.statusCode ?? 0);
      this.#lost(socket);
    });
    socket.on('error', (error) => (whyLost = error));
    socket.on('close', () => this.#lost(socket, whyLost));
  }

  async #opened(socket: WebSocket): Promise<void> {
    if (this.#socket !== socket) return;
    this.#openedAt = this.#options.clock.monotonic();
    if (this.#isStale) {
      // Carried out together with this one it takes the application along when it ends, without a word to us: an open socket that is deaf.
      this.#isStale = false;
      this.#stopTimer = startTimer(this.#options.clock, STALE_HANDSHAKES_MS, () => this.#drop(socket));
      return;
    }
    this.#keepAlive(socket);
    const { client, application, events, eventSources } = this.#options;
    try {
      // Even the word that another program has the application now goes through the filter, and so does our own.
      await client.allowEvents(application, [...new Set([...events, 'ApplicationReplaced', 'ChannelUserevent'])]);
      if (eventSources !== undefined) await client.subscribe(application, eventSources);
      const isWhole = await this.#hearing.isWhole();
      if (this.#socket !== socket) return;
      if (!isWhole) return this.#dropDeaf(socket);
      this.#told = true;
      await this.#options.onConnected();
    } catch (cause) {
      if (this.#socket !== socket) return;
      const message = `Application ${this.#options.application}: connected, but Asterisk does not answer requests.`;
      this.#options.warn({ code: 'ARI_REQUEST_FAILED', message, cause });
      this.#drop(socket);
    }
  }

  #keepAlive(socket: WebSocket): void {
    let missed = 0;
    socket.on('pong', () => (missed = 0));
    const beat = (): void => {
      if (this.#socket !== socket) return;
      if (missed >= MISSED_PINGS) {
        const message = `Application ${this.#options.application}: ${missed} pings went unanswered; the connection is made anew.`;
        this.#options.warn({ code: 'ARI_SILENT', message });
        this.#drop(socket);
        return;
      }
      missed += 1;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      if (this.#told && !this.#hearing.heardSince()) void this.#listen(socket);
      this.#stopTimer = startTimer(this.#options.clock, PING_MS, beat);
    };
    this.#stopTimer = startTimer(this.#options.clock, PING_MS, beat);
  }

  /** Nothing was heard for a while: either nothing happens, or it is not told to us. */
  async #listen(socket: WebSocket): Promise<void> {
    try {
      if (!(await this.#hearing.isWhole()) && this.#socket === socket) this.#dropDeaf(socket);
    } catch {
      // Requests fail: the pings will tell, or the requests of the calls.
    }
  }

  #dropDeaf(socket: WebSocket): void {
    const message = `Application ${this.#options.application}: Asterisk answers, but its events do not come; the connection is made anew.`;
    this.#options.warn({ code: 'ARI_DEAF', message });
    this.#drop(socket);
  }

  #onMessage(socket: WebSocket, data: RawData, isBinary: boolean): void {
    if (this.#socket !== socket) return;
    const read = isBinary ? { unreadable: 'binary' } : readAriEvent(textOf(data));
    if ('unreadable' in read) {
      const message = `Application ${this.#options.application}: an event could not be read (${read.unreadable}) and is left out.`;
      this.#options.warn({ code: 'ARI_EVENT_UNREADABLE', message });
      return;
    }
    if ('ignored' in read || this.#hearing.notes(read.event)) return;
    if (read.event.type === 'ApplicationReplaced') {
      const message =
        `Application ${this.#options.application}: another program has opened it and hears its events now. ` +
        'Give each bridge an application of its own; this one takes it back.';
      this.#options.warn({ code: 'ARI_APPLICATION_REPLACED', message });
      this.#drop(socket);
      return;
    }
    this.#options.onEvent(read.event);
  }

  #warnOfRefusal(socket: WebSocket, status: number): void {
    if (this.#socket !== socket) return;
    const { application } = this.#options;
    if (status === 401 || status === 403) {
      const refused = status === 401 ? 'user and password' : 'the account or its address';
      const check = status === 401 ? 'them' : 'permit and deny';
      const message = `Application ${application}: Asterisk refused ${refused} (${status}); check ${check} in ari.conf.`;
      this.#options.warn({ code: 'ARI_UNAUTHORIZED', message });
      return;
    }
    const message = `Application ${application}: the websocket was answered ${status}; is this URL Asterisk's ARI, and res_ari_events loaded?`;
    this.#options.warn({ code: 'ARI_REQUEST_FAILED', message });
  }

  #drop(socket: WebSocket): void {
    socket.terminate();
    this.#lost(socket);
  }

  #lost(socket: WebSocket, cause?: unknown): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#stopTimer();
    const { clock, random, application, onLost, warn } = this.#options;
    const wasTold = this.#told;
    this.#told = false;
    const opened = this.#openedAt !== 0;
    // What the system says of a connection has a code; a handshake that took too long has none.
    if (!opened && cause instanceof Error && !('code' in cause)) this.#isStale = true;
    this.#failures = opened && wasGood(clock.monotonic() - this.#openedAt) ? 1 : this.#failures + 1;
    this.#openedAt = 0;
    // Once a row of failures, not at every try of a night.
    if (cause !== undefined && this.#failures === 1) {
      warn({
        code: 'ARI_REQUEST_FAILED',
        message: `Application ${application}: no connection to Asterisk; it is tried again and again.`,
        cause,
      });
    }
    this.#stopTimer = startTimer(clock, reconnectPauseMs(this.#failures, random()), () => {
      if (this.#running) this.#connect();
    });
    if (wasTold) onLost();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as ArrayBuffer).toString('utf8');
}
