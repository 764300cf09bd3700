import { encodeMessage, type Message } from '@taxinav/codec';
import { connect } from './connect.ts';
import type { Clock } from './clock.ts';
import { Conversation, type Verdict } from './conversation.ts';
import { Deadlines } from './deadlines.ts';
import type { Delivery } from './delivery-evidence.ts';
import { TransportError } from './errors.ts';
import { requireCodecOptions, requireHost, requirePort, requirePositive, SEND_DEFAULTS } from './option-defaults.ts';
import type { SendContext, SendOptions } from './options.ts';
import { systemClock } from './system-clock.ts';
import { Wire } from './wire.ts';

/** Sends messages to one address, one outstanding at a time; keeps its connection where `after` is `keep` and the peer lets it. */
export interface MessageSender extends AsyncDisposable {
  /**
   * Sends after everything that was given before. Never rejects for what the peer does.
   *
   * @throws TransportError `TRANSPORT_CLOSED` after `close`; the codec's `ProtocolError` for a message that cannot be written.
   */
  send(message: Message, context?: SendContext): Promise<Delivery>;
  /** Closes at once: the outstanding message resolves `inDoubt` or `notSent`, those that wait `notSent`. */
  close(): Promise<void>;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly stillWanted: (() => boolean) | undefined;
  readonly aborted: () => void;
  readonly resolve: (delivery: Delivery) => void;
}

const FULL: Delivery = { evidence: 'notSent', reason: 'Too many messages wait in this sender.', elapsedMs: 0 };

function abandoned(cause: unknown): Delivery {
  return { evidence: 'notSent', reason: 'The sending was given up before it began.', cause, elapsedMs: 0 };
}

function notWanted(): Verdict {
  const reason = 'The message was not wanted any more when it could be sent.';
  return { evidence: 'notSent', reason, cause: new TransportError('TRANSPORT_NOT_WANTED', reason) };
}

function checked(caller: string, options: SendOptions): void {
  requireHost(caller, options.host);
  requirePort(caller, options.port, 1);
  requirePositive(caller, options, ['connectMs', 'waitMs', 'halfCloseAfterMs', 'waiting']);
  requireCodecOptions(options);
}

class AddressSender implements MessageSender {
  readonly #options: SendOptions;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #closing = new AbortController();
  readonly #waiting: Waiting[] = [];
  #busy: Promise<void> | undefined;
  #kept: Conversation | undefined;
  #serial = 0;

  constructor(options: SendOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#deadlines = new Deadlines(this.#clock);
  }

  async send(message: Message, context: SendContext = {}): Promise<Delivery> {
    if (this.#closing.signal.aborted) {
      throw new TransportError('TRANSPORT_CLOSED', `the sender to ${this.#address} was closed: create another one`);
    }
    const { encoding = 'auto', ackStyle = 'spaced', limits, waiting = SEND_DEFAULTS.waiting } = this.#options;
    const bytes = encodeMessage(message, { encoding, ackStyle, ...(limits !== undefined && { limits }) });
    const { signal, stillWanted } = context;
    if (signal?.aborted) return abandoned(signal.reason);
    if (this.#waiting.length >= waiting) return FULL;
    return await new Promise((resolve) => {
      const item: Waiting = { bytes, signal, stillWanted, resolve, aborted: () => this.#withdraw(item) };
      signal?.addEventListener('abort', item.aborted, { once: true });
      this.#waiting.push(item);
      this.#busy ??= this.#work();
    });
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new TransportError('TRANSPORT_CLOSED', `the sender to ${this.#address} was closed`));
      for (const item of this.#waiting.splice(0)) this.#giveUp(item, this.#closing.signal.reason);
      this.#kept?.close(this.#closing.signal.reason);
    }
    await this.#busy;
    this.#deadlines.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #address(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  async #work(): Promise<void> {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      item.signal?.removeEventListener('abort', item.aborted);
      const started = this.#clock.monotonic();
      const signal = item.signal === undefined ? this.#closing.signal : AbortSignal.any([item.signal, this.#closing.signal]);
      const verdict = await this.#exchange(item, signal);
      item.resolve({ ...verdict, elapsedMs: this.#clock.monotonic() - started });
    }
    this.#busy = undefined;
    // Nothing is awaited: a kept connection needs no clock, and an idle sender no timer.
    this.#deadlines.stop();
  }

  async #exchange(item: Waiting, signal: AbortSignal): Promise<Verdict> {
    const kept = await this.#reusable();
    if (signal.aborted) return abandoned(signal.reason);
    if (kept !== undefined) return await this.#ask(kept, item, signal);
    const { host, port, connectMs = SEND_DEFAULTS.connectMs, waitMs = SEND_DEFAULTS.waitMs, after = 'halfClose' } = this.#options;
    const { halfCloseAfterMs = SEND_DEFAULTS.halfCloseAfterMs } = this.#options;
    this.#serial += 1;
    const connecting = this.#clock.monotonic();
    const connected = await connect({ host, port, connectMs, deadlines: this.#deadlines, signal, serial: this.#serial });
    if ('evidence' in connected) return connected;
    if (signal.aborted) {
      connected.socket.destroy();
      return abandoned(signal.reason);
    }
    const { encoding = 'auto', limits, tap } = this.#options;
    const conversation = new Conversation(connected.socket, connected.peer, {
      wire: new Wire({ encoding, limits, tap, clock: this.#clock }),
      deadlines: this.#deadlines,
      waitMs,
      after,
      halfCloseAfterMs,
      roundTripMs: this.#clock.monotonic() - connecting,
    });
    return await this.#ask(conversation, item, signal);
  }

  /** The kept connection, if the peer has not closed it. */
  async #reusable(): Promise<Conversation | undefined> {
    if (this.#kept === undefined) return undefined;
    // A FIN that has already arrived is seen within one turn of the event loop; writing before that would lose the message.
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    return this.#kept.reusable ? this.#kept : undefined;
  }

  async #ask(conversation: Conversation, { bytes, stillWanted }: Waiting, signal: AbortSignal): Promise<Verdict> {
    // Asked last: the process may have stood still in any of the waits before, and the next statement writes.
    if (stillWanted?.() === false) {
      if (conversation !== this.#kept) conversation.close(undefined);
      return notWanted();
    }
    const verdict = await conversation.ask(bytes, signal);
    this.#kept = conversation.reusable ? conversation : undefined;
    return verdict;
  }

  #withdraw(item: Waiting): void {
    const at = this.#waiting.indexOf(item);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#giveUp(item, item.signal?.reason);
  }

  #giveUp(item: Waiting, cause: unknown): void {
    item.signal?.removeEventListener('abort', item.aborted);
    item.resolve(abandoned(cause));
  }
}

/**
 * A sender to one address.
 *
 * @throws TypeError for an empty host; RangeError when a number is no positive number in its unit, the port is not 1–65,535, or
 * the codec does not know an encoding or limit.
 */
export function createSender(options: SendOptions): MessageSender {
  checked('createSender', options);
  return new AddressSender(options);
}

/**
 * Sends one message on a connection of its own and says what the peer's reaction proves. Never rejects for what a peer does.
 *
 * @throws TypeError and RangeError as {@link createSender}; the codec's `ProtocolError` for a message that cannot be written.
 *
 * Source: [TN-1], [TN-18], [TN-22], [reading 34].
 */
export async function send(options: SendOptions, message: Message, context?: SendContext): Promise<Delivery> {
  checked('send', options);
  await using sender = new AddressSender(options);
  return await sender.send(message, context);
}
