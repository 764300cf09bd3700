import type { Socket } from 'node:net';
import type { Ack, Diagnostic, Fault, Message } from '@taxinav/codec';
import { AnswerQueue, type AnswerOwner } from './answer-queue.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { MessageConnection, type ConnectionOwner, type WireOptions } from './message-connection.ts';
import type { CloseReason, MessageHandler, Peer } from './options.ts';

/** After a fatal fault this much more is read and thrown away, so that a reset does not overtake the answer. */
const DISCARD_AFTER_FATAL_BYTES = 262_144;

/** What all connections of a listener share. */
export interface Service {
  readonly wire: WireOptions;
  readonly deadlines: Deadlines;
  readonly messageDeadlineMs: number;
  readonly idleMs: number;
  readonly unanswered: number;
  readonly writeDeadlineMs: number;
  readonly handler: MessageHandler;
  readonly encode: (ack: Ack, received: Message | Fault) => Uint8Array;
  readonly diagnostic: ((peer: Peer, diagnostic: Diagnostic) => void) | undefined;
  readonly handlerFailed: (peer: Peer, error: unknown) => void;
  /** The socket is closed; what it brought may still be handled. */
  readonly closed: (connection: ServedConnection, reason: CloseReason, error: Error | undefined) => void;
  /** The socket is closed, and everything that was read is handled. */
  readonly finished: (connection: ServedConnection) => void;
}

function isReset(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}

/**
 * A connection that was accepted. It reads, then finishes (reads no more, answers what it read), then lingers (has sent
 * FIN, waits for the peer's), then is closed.
 */
export class ServedConnection implements ConnectionOwner, AnswerOwner {
  /** When bytes last came or answers last left, on the monotonic clock. */
  lastActivity: number;

  readonly #service: Service;
  readonly #connection: MessageConnection;
  readonly #answers: AnswerQueue;
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

  constructor(socket: Socket, peer: Peer, service: Service) {
    this.#service = service;
    this.lastActivity = service.wire.clock.monotonic();
    this.#answers = new AnswerQueue(this, service.unanswered);
    this.#connection = new MessageConnection(socket, peer, service.wire, this);
    this.#waitForFirstMessage();
  }

  get peer(): Peer {
    return this.#connection.peer;
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
    if (!this.#peerEnded) this.#connection.pause();
    this.answered();
  }

  /** Closes the socket now; the peer sees a reset where something of its was not answered. */
  abort(reason: CloseReason): void {
    const owed = !this.unoccupied;
    this.#answers.drop();
    if (this.#phase === 'closed') {
      this.answered();
      return;
    }
    this.#reason = reason;
    if (owed) this.#connection.reset();
    else this.#connection.destroy();
  }

  received(results: readonly (Message | Fault)[], bytes: number): void {
    this.lastActivity = this.#service.wire.clock.monotonic();
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

  peerEnded(results: readonly (Message | Fault)[]): void {
    this.#peerEnded = true;
    this.#reason ??= 'peer-ended';
    if (this.#phase !== 'reading') return;
    // [reading 11]: the end stands for the empty line.
    this.#take(results);
    this.finish('peer-ended');
  }

  closed(error: Error | undefined): void {
    this.#phase = 'closed';
    this.#stopReading();
    this.#service.deadlines.cancel(this.#linger);
    let reason = this.#reason;
    if (error !== undefined && (reason === undefined || reason === 'peer-ended')) reason = isReset(error) ? 'peer-reset' : 'error';
    this.#service.closed(this, reason ?? 'peer-ended', error);
    // [reading 29]: what was complete before a reset is still handled.
    if (this.#answers.idle) this.#service.finished(this);
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.#service.diagnostic?.(this.peer, diagnostic);
  }

  handle(received: Message | Fault): Promise<Ack | undefined> {
    return this.#service.handler(received, this.peer);
  }

  encode(ack: Ack, received: Message | Fault): Uint8Array {
    return this.#service.encode(ack, received);
  }

  failed(error: unknown): void {
    this.#service.handlerFailed(this.peer, error);
  }

  write(bytes: Uint8Array): boolean {
    const { deadlines, writeDeadlineMs, wire } = this.#service;
    this.lastActivity = wire.clock.monotonic();
    let stalled: Deadline | undefined;
    this.#connection.write(bytes, () => {
      if (stalled === undefined) return;
      deadlines.cancel(stalled);
      this.lastActivity = wire.clock.monotonic();
      this.#answers.unblock();
    });
    if (this.#connection.unwrittenBytes === 0) return true;
    stalled = deadlines.after(writeDeadlineMs, () => this.abort('write-stalled'));
    return false;
  }

  answered(): void {
    if (this.#phase === 'closed') {
      if (this.#answers.idle) this.#service.finished(this);
    } else if (this.#phase === 'finishing') {
      if (this.#answers.idle) this.#end();
    } else if (this.#phase === 'reading' && this.#paused && !this.#answers.full) {
      this.#resume();
    }
  }

  #take(results: readonly (Message | Fault)[]): void {
    const last = results.at(-1);
    if (last === undefined) return;
    if (!this.#heard && results.some((result) => 'message' in result)) {
      this.#heard = true;
      this.#service.deadlines.cancel(this.#idle);
    }
    this.#answers.take(results);
    if ('fault' in last && last.fatal) {
      this.#discard = DISCARD_AFTER_FATAL_BYTES;
      this.finish('fatal-fault');
    }
  }

  #end(): void {
    this.#phase = 'lingering';
    this.#linger = this.#service.deadlines.after(this.#service.writeDeadlineMs, () => this.#connection.destroy());
    if (!this.#peerEnded) this.#connection.resume();
    if (this.#peerEnded || this.#discard > 0) this.#connection.end();
    // What has already arrived is seen within a turn of the event loop, and must be met by a reset before our end is sent:
    // behind an end, the peer's system would hide the reset.
    else setImmediate(() => setImmediate(() => this.#connection.end()));
  }

  #waitForFirstMessage(): void {
    const { deadlines, idleMs } = this.#service;
    deadlines.cancel(this.#idle);
    this.#idle = deadlines.after(idleMs, () => this.finish('idle'));
  }

  #watchMessage(another: boolean): void {
    const { deadlines, messageDeadlineMs } = this.#service;
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
      this.#messageLeftMs = this.#message.at - this.#service.wire.clock.monotonic();
      this.#service.deadlines.cancel(this.#message);
      this.#message = undefined;
    }
  }

  #resume(): void {
    this.#paused = false;
    if (this.#messageLeftMs !== undefined) {
      this.#message = this.#service.deadlines.after(this.#messageLeftMs, () => this.finish('message-deadline'));
      this.#messageLeftMs = undefined;
    }
    this.#connection.resume();
  }

  #stopReading(): void {
    this.#service.deadlines.cancel(this.#idle);
    this.#service.deadlines.cancel(this.#message);
    this.#connection.stopDecoding();
  }
}
