import type { Socket } from 'node:net';
import { encodeMessage, type Ack, type Diagnostic, type Fault, type Message } from '@taxinav/codec';
import { AnswerQueue } from './answer-queue.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { MessageConnection, type WireOptions } from './message-connection.ts';
import type { AckStyleChooser, CloseReason, MessageHandler, Peer } from './options.ts';

/** After a fatal fault this much more is read and thrown away, so that a reset does not overtake the answer. */
const DISCARD_AFTER_FATAL_BYTES = 262_144;

/** What a listener tells each of its connections. */
export interface ServedOptions {
  readonly wire: WireOptions;
  readonly deadlines: Deadlines;
  readonly messageDeadlineMs: number;
  readonly idleMs: number;
  readonly unanswered: number;
  readonly writeDeadlineMs: number;
  readonly ackStyle: AckStyleChooser;
  readonly handler: MessageHandler;
  readonly diagnostic: (peer: Peer, diagnostic: Diagnostic) => void;
  readonly handlerFailed: (peer: Peer, error: unknown) => void;
  readonly closed: (connection: ServedConnection, reason: CloseReason, error: Error | undefined) => void;
}

function isReset(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}

/**
 * A connection that was accepted. It reads, then finishes (reads no more, answers what it read), then lingers (has sent
 * FIN, waits for the peer's), then is closed.
 */
export class ServedConnection {
  readonly peer: Peer;
  /** Resolves when the socket is closed and everything that was read is handled. */
  readonly done: Promise<void>;
  /** Resolves when the socket is closed. */
  readonly gone: Promise<void>;
  /** When bytes last came or an answer last left, on the monotonic clock. */
  lastActivity: number;

  readonly #options: ServedOptions;
  readonly #connection: MessageConnection;
  readonly #answers: AnswerQueue;
  readonly #finished: () => void;
  readonly #left: () => void;
  #phase: 'reading' | 'finishing' | 'lingering' | 'closed' = 'reading';
  #reason: CloseReason | undefined;
  #heard = false;
  #peerEnded = false;
  #paused = false;
  #discard = 0;
  #idle: Deadline | undefined;
  #message: Deadline | undefined;
  /** What was left of the message's deadline when reading paused: our own slowness is not the peer's. */
  #messageLeftMs: number | undefined;
  #linger: Deadline | undefined;

  constructor(socket: Socket, peer: Peer, options: ServedOptions) {
    this.peer = peer;
    this.#options = options;
    this.lastActivity = options.wire.clock.monotonic();
    const done = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    this.done = done.promise;
    this.gone = gone.promise;
    this.#finished = done.resolve;
    this.#left = gone.resolve;
    this.#answers = new AnswerQueue({
      limit: options.unanswered,
      handle: (received) => options.handler(received, peer),
      encode: (ack, received) => this.#encode(ack, received),
      write: (bytes, done) => this.#write(bytes, done),
      failed: (error) => options.handlerFailed(peer, error),
      changed: () => this.#changed(),
    });
    this.#connection = new MessageConnection(socket, peer, options.wire, {
      received: (results, bytes) => this.#received(results, bytes),
      peerEnded: (results) => this.#ended(results),
      closed: (error) => this.#closed(error),
      diagnostic: (diagnostic) => options.diagnostic(peer, diagnostic),
    });
    this.#waitForFirstMessage();
  }

  /** Nothing of the peer's is being handled or half received. */
  get unoccupied(): boolean {
    return this.#answers.idle && this.#connection.pendingBytes === 0;
  }

  /** Reads no more, answers what was read, then ends in good order. */
  finish(reason: CloseReason): void {
    if (this.#phase !== 'reading') return;
    this.#phase = 'finishing';
    this.#reason ??= reason;
    this.#stopReading();
    this.#connection.pause();
    this.#changed();
  }

  /** Closes the socket now; the peer sees a reset where something of its was not answered. */
  abort(reason: CloseReason): void {
    const owed = !this.unoccupied;
    this.#answers.drop();
    if (this.#phase === 'closed') return;
    this.#reason = reason;
    if (owed) this.#connection.reset();
    else this.#connection.destroy();
  }

  #received(results: readonly (Message | Fault)[], bytes: number): void {
    this.lastActivity = this.#options.wire.clock.monotonic();
    if (this.#phase !== 'reading') {
      // What comes now will not be handled: without a reset the peer could take it for received.
      this.#discard -= bytes;
      if (this.#discard < 0) this.#connection.reset();
      return;
    }
    this.#take(results);
    if (this.#phase !== 'reading') return;
    if (!this.#heard) this.#waitForFirstMessage();
    this.#watchMessage(results.length > 0);
    if (this.#answers.full) this.#pause();
  }

  #take(results: readonly (Message | Fault)[]): void {
    const last = results.at(-1);
    this.#heard ||= results.some((result) => 'message' in result);
    if (this.#heard) this.#options.deadlines.cancel(this.#idle);
    if (results.length > 0) this.#answers.take(results);
    if (last !== undefined && 'fault' in last && last.fatal) {
      this.#discard = DISCARD_AFTER_FATAL_BYTES;
      this.finish('fatal-fault');
    }
  }

  #ended(results: readonly (Message | Fault)[]): void {
    this.#peerEnded = true;
    this.#reason ??= 'peer-ended';
    if (this.#phase !== 'reading') return;
    // [reading 11]: the end stands for the empty line.
    this.#take(results);
    this.finish('peer-ended');
  }

  #closed(error: Error | undefined): void {
    this.#phase = 'closed';
    this.#stopReading();
    this.#options.deadlines.cancel(this.#linger);
    let reason = this.#reason;
    if (error !== undefined && (reason === undefined || reason === 'peer-ended')) reason = isReset(error) ? 'peer-reset' : 'error';
    this.#options.closed(this, reason ?? 'peer-ended', error);
    this.#left();
    // [reading 29]: what was complete before a reset is still handled.
    if (this.#answers.idle) this.#finished();
  }

  #changed(): void {
    if (this.#phase === 'closed') {
      if (this.#answers.idle) this.#finished();
    } else if (this.#phase === 'finishing') {
      if (this.#answers.idle) this.#end();
    } else if (this.#phase === 'reading' && this.#paused && !this.#answers.full) {
      this.#resume();
    }
  }

  #end(): void {
    this.#phase = 'lingering';
    this.#linger = this.#options.deadlines.after(this.#options.writeDeadlineMs, () => this.#connection.destroy());
    if (!this.#peerEnded) this.#connection.resume();
    if (this.#peerEnded || this.#discard > 0) this.#connection.end();
    // What has already arrived is seen within a turn of the event loop, and must be met by a reset before our end is sent:
    // behind an end, the peer's system would hide the reset.
    else setImmediate(() => setImmediate(() => this.#connection.end()));
  }

  #write(bytes: Uint8Array, done: () => void): void {
    const { deadlines, writeDeadlineMs, wire } = this.#options;
    let stalled: Deadline | undefined;
    this.#connection.write(bytes, () => {
      deadlines.cancel(stalled);
      this.lastActivity = wire.clock.monotonic();
      done();
    });
    if (this.#connection.unwrittenBytes > 0) stalled = deadlines.after(writeDeadlineMs, () => this.abort('write-stalled'));
  }

  #encode(ack: Ack, received: Message | Fault): Uint8Array {
    return encodeMessage(ack, { encoding: this.#options.wire.encoding, ackStyle: this.#options.ackStyle(received) });
  }

  #waitForFirstMessage(): void {
    const { deadlines, idleMs } = this.#options;
    deadlines.cancel(this.#idle);
    this.#idle = deadlines.after(idleMs, () => this.finish('idle'));
  }

  #watchMessage(another: boolean): void {
    const { deadlines, messageDeadlineMs } = this.#options;
    const pending = this.#connection.pendingBytes > 0;
    if (another || !pending) {
      deadlines.cancel(this.#message);
      this.#message = undefined;
    }
    if (pending) this.#message ??= deadlines.after(messageDeadlineMs, () => this.finish('message-deadline'));
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#connection.pause();
    if (this.#message !== undefined) {
      this.#messageLeftMs = this.#message.at - this.#options.wire.clock.monotonic();
      this.#options.deadlines.cancel(this.#message);
      this.#message = undefined;
    }
  }

  #resume(): void {
    this.#paused = false;
    if (this.#messageLeftMs !== undefined) {
      this.#message = this.#options.deadlines.after(this.#messageLeftMs, () => this.finish('message-deadline'));
      this.#messageLeftMs = undefined;
    }
    this.#connection.resume();
  }

  #stopReading(): void {
    this.#options.deadlines.cancel(this.#idle);
    this.#options.deadlines.cancel(this.#message);
    this.#connection.stopDecoding();
  }
}
