import type { Socket } from 'node:net';
import type { Ack, Fault, Message } from '@taxinav/codec';
import type { AckWriter } from './acknowledgement.ts';
import { AnswerQueue, type AnswerOwner } from './answer-queue.ts';
import type { DeadlineRounds, Watched } from './deadline-rounds.ts';
import { MessageConnection } from './message-connection.ts';
import type { CloseReason, MessageHandler, Peer } from './options.ts';
import type { Wire } from './wire.ts';

/** After a fatal fault this much more is read and thrown away, so that a reset does not overtake the answer. */
const DISCARD_AFTER_FATAL_BYTES = 262_144;

/** What all connections of a listener share. */
export interface Service {
  readonly wire: Wire;
  readonly deadlines: DeadlineRounds;
  readonly messageDeadlineMs: number;
  readonly idleMs: number;
  readonly unanswered: number;
  readonly writeDeadlineMs: number;
  readonly handler: MessageHandler;
  readonly writer: AckWriter;
  readonly handlerFailed: (peer: Peer, error: unknown) => void;
  /** The socket is closed; what it brought may still be handled, unless it is `finished`. */
  readonly closed: (connection: ServedConnection, finished: boolean, reason: CloseReason, error: Error | undefined) => void;
  /** After {@link Service.closed}: everything that was read is handled. */
  readonly finished: (connection: ServedConnection) => void;
  /** A serial number for a sign of life: later ones are greater. */
  readonly activity: () => number;
}

function isReset(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}

/** The earlier of two deadlines, where 0 is none. */
function earlier(one: number, other: number): number {
  return one === 0 || (other !== 0 && other < one) ? other : one;
}

/**
 * A connection that was accepted. It reads, then finishes (reads no more, answers what it read), then lingers (has sent
 * FIN, waits for the peer's), then is closed.
 */
export class ServedConnection extends MessageConnection implements AnswerOwner, Watched {
  /** When bytes last came or answers last left, as {@link Service.activity} counts. */
  lastActivity: number;

  readonly #service: Service;
  /** Made for the first message. */
  #answers: AnswerQueue | undefined;
  #phase: 'reading' | 'finishing' | 'lingering' | 'closed' = 'reading';
  #reason: CloseReason | undefined;
  #heard = false;
  #peerEnded = false;
  #pause: 'no' | 'soon' | 'yes' = 'no';
  #discard = 0;
  /** Deadlines, as {@link DeadlineRounds.after} gives them; 0: none. While reading, of silence; while lingering, of the peer's FIN. */
  #silenceEnds = 0;
  /** While reading pauses, less than 0: what was left, ms. Our own slowness is not the peer's. */
  #messageEnds = 0;

  constructor(socket: Socket, peer: Peer, service: Service) {
    super(socket, peer);
    this.#service = service;
    this.lastActivity = service.activity();
    this.#silenceEnds = service.deadlines.after(service.idleMs);
  }

  protected override get wire(): Wire {
    return this.#service.wire;
  }

  get writer(): AckWriter {
    return this.#service.writer;
  }

  get nextDeadline(): number {
    return earlier(this.#silenceEnds, earlier(Math.max(0, this.#messageEnds), this.#answers?.stallEnds ?? 0));
  }

  /** Nothing of the peer's is being handled or half received. */
  get unoccupied(): boolean {
    return this.#idle && this.pendingBytes === 0;
  }

  expire(now: number): void {
    const stallEnds = this.#answers?.stallEnds ?? 0;
    if (stallEnds !== 0 && stallEnds <= now) {
      this.abort('write-stalled');
    } else if (this.#silenceEnds !== 0 && this.#silenceEnds <= now) {
      this.#silenceEnds = 0;
      if (this.#phase === 'lingering') this.destroySocket();
      else this.finish('idle');
    } else {
      this.#messageEnds = 0;
      this.finish('message-deadline');
    }
  }

  /** Reads no more, answers what was read, then ends in good order. */
  finish(reason: CloseReason): void {
    if (this.#phase !== 'reading') return;
    this.#phase = 'finishing';
    this.#reason ??= reason;
    this.#stopReading();
    if (!this.#peerEnded) this.pauseReading();
    this.answered();
  }

  /** Closes the socket now; the peer sees a reset where something of its was not answered. */
  abort(reason: CloseReason): void {
    const owed = !this.unoccupied;
    this.#answers?.drop();
    if (this.#phase === 'closed') {
      this.answered();
      return;
    }
    this.#reason = reason;
    this.#silenceEnds = 0;
    this.#messageEnds = 0;
    this.#answers?.writeNoMore();
    if (owed) this.resetSocket();
    else this.destroySocket();
  }

  handle(received: Message | Fault): Promise<Ack | undefined> {
    return this.#service.handler(received, this.peer);
  }

  failed(error: unknown): void {
    this.#service.handlerFailed(this.peer, error);
  }

  write(bytes: Uint8Array): boolean {
    this.lastActivity = this.#service.activity();
    return this.writeBytes(bytes);
  }

  writeLater(): number {
    this.afterWritten(() => {
      this.lastActivity = this.#service.activity();
      this.#answers?.unblock();
    });
    return this.#service.deadlines.after(this.#service.writeDeadlineMs);
  }

  answered(): void {
    if (this.#phase === 'closed') {
      if (this.#idle) this.#service.finished(this);
    } else if (this.#phase === 'finishing') {
      if (this.#idle) this.#end();
    } else if (this.#phase === 'reading' && this.#pause === 'yes' && !this.#full) {
      this.#resume();
    }
  }

  protected override received(results: readonly (Message | Fault)[], bytes: number): void {
    this.lastActivity = this.#service.activity();
    if (this.#phase !== 'reading') {
      // What comes now will not be handled: without a reset the peer could take it for received.
      this.#discard -= bytes;
      if (this.#discard < 0) this.resetSocket();
      return;
    }
    this.#take(results);
    if (this.#phase !== 'reading') return;
    if (!this.#heard) this.#silenceEnds = this.#service.deadlines.after(this.#service.idleMs);
    this.#watchMessage(results.length > 0);
    if (this.#full) this.#pauseUnlessAnswered();
  }

  protected override peerEnded(results: readonly (Message | Fault)[]): void {
    this.#peerEnded = true;
    this.#reason ??= 'peer-ended';
    if (this.#phase !== 'reading') return;
    // [reading 11]: the end stands for the empty line.
    this.#take(results);
    this.finish('peer-ended');
  }

  protected override closed(error: Error | undefined): void {
    this.#phase = 'closed';
    this.#stopReading();
    this.#answers?.writeNoMore();
    let reason = this.#reason;
    if (error !== undefined && (reason === undefined || reason === 'peer-ended')) reason = isReset(error) ? 'peer-reset' : 'error';
    // [reading 29]: what was complete before a reset is still handled.
    this.#service.closed(this, this.#idle, reason ?? 'peer-ended', error);
  }

  get #full(): boolean {
    return this.#answers?.full ?? false;
  }

  get #idle(): boolean {
    return this.#answers?.idle ?? true;
  }

  #take(results: readonly (Message | Fault)[]): void {
    const last = results.at(-1);
    if (last === undefined) return;
    if (!this.#heard && results.some((result) => 'message' in result)) {
      this.#heard = true;
      this.#silenceEnds = 0;
    }
    this.#answers ??= new AnswerQueue(this, this.#service.unanswered);
    this.#answers.take(results);
    if ('fault' in last && last.fatal) {
      this.#discard = DISCARD_AFTER_FATAL_BYTES;
      this.finish('fatal-fault');
    }
  }

  #end(): void {
    this.#phase = 'lingering';
    this.#silenceEnds = this.#service.deadlines.after(this.#service.writeDeadlineMs);
    if (!this.#peerEnded) this.resumeReading();
    if (this.#peerEnded || this.#discard > 0) this.endWriting();
    // What has already arrived is seen within a turn of the event loop, and must be met by a reset before our end is sent:
    // behind an end, the peer's system would hide the reset.
    else setImmediate(() => setImmediate(() => this.endWriting()));
  }

  #watchMessage(another: boolean): void {
    const pending = this.pendingBytes > 0;
    if (another || !pending) this.#messageEnds = 0;
    if (pending && this.#messageEnds === 0) this.#messageEnds = this.#service.deadlines.after(this.#service.messageDeadlineMs);
  }

  /** Most handlers have answered when this turn's promises are settled: pausing only then spares most of the pauses. At the second read it does not wait. */
  #pauseUnlessAnswered(): void {
    if (this.#pause === 'soon') this.#pauseNow();
    if (this.#pause === 'yes') return;
    this.#pause = 'soon';
    // A tick that is asked for by a microtask comes after all microtasks; one asked for here would come before them.
    queueMicrotask(() =>
      process.nextTick(() => {
        if (this.#pause !== 'soon') return;
        this.#pause = 'no';
        if (this.#phase === 'reading' && this.#full) this.#pauseNow();
      }),
    );
  }

  #pauseNow(): void {
    this.#pause = 'yes';
    this.pauseReading();
    if (this.#messageEnds > 0) this.#messageEnds = -Math.max(1, this.#service.deadlines.until(this.#messageEnds));
  }

  #resume(): void {
    this.#pause = 'no';
    if (this.#messageEnds < 0) this.#messageEnds = this.#service.deadlines.after(-this.#messageEnds);
    this.resumeReading();
  }

  #stopReading(): void {
    this.#silenceEnds = 0;
    this.#messageEnds = 0;
    this.stopDecoding();
  }
}
