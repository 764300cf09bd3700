import type { Ack, Fault, Message } from '@taxinav/codec';
import type { AckWriter } from './acknowledgement.ts';

/** Answers that are ready are written in one piece; a piece grows to about this much while handlers keep up. */
const PIECE_BYTES = 65_536;

const NOTHING: readonly (Message | Fault)[] = [];

/** Whose messages an {@link AnswerQueue} hands out. */
export interface AnswerOwner {
  /** Asks for the answer to a message; may throw or reject. */
  handle(received: Message | Fault): Promise<Ack | undefined>;
  /** Turns answers into bytes. */
  readonly writer: AckWriter;
  /** Writes bytes; returns whether the system took them at once. */
  write(bytes: Uint8Array): boolean;
  /** The system did not: {@link AnswerQueue.unblock} is to be called once it has. Returns the deadline for that. */
  writeLater(): number;
  /** A message gets no answer, because asking for it or writing it down failed. */
  failed(error: unknown): void;
  /** Handlers that answer without waiting have answered: the owner may read on or pause, or end. */
  answered(): void;
}

interface Slot {
  readonly received: Message | Fault;
  settled: boolean;
  bytes: Uint8Array | undefined;
}

/**
 * Hands received messages to a handler in their order, several at a time, and writes the answers in that same order.
 *
 * What it holds is bounded: `limit` messages handed out, what two reads of the socket completed, and one piece of answers. While the
 * system does not take a piece, nothing is handed out.
 */
export class AnswerQueue {
  readonly #owner: AnswerOwner;
  readonly #limit: number;
  #waiting = NOTHING;
  #handedOut = 0;
  readonly #slots: Slot[] = [];
  #ready: Uint8Array[] = [];
  #readyBytes = 0;
  #flushing = false;
  #blocked = false;
  /** A whole piece was written in this turn of the event loop: the others' turn comes first. */
  #resting = false;
  #dropped = false;
  /** When the system must have taken what was written; 0: it has. */
  stallEnds = 0;

  constructor(owner: AnswerOwner, limit: number) {
    this.#owner = owner;
    this.#limit = limit;
  }

  /** Nothing more should be read before {@link AnswerOwner.answered}. */
  get full(): boolean {
    return this.#handedOut < this.#waiting.length || this.#slots.length >= this.#limit || this.#blocked || this.#resting;
  }

  /** Everything was handled, and the system took the answers. */
  get idle(): boolean {
    return !this.full && this.#slots.length === 0 && this.#ready.length === 0;
  }

  /** Takes what was received; the array is the queue's from now on. */
  take(results: readonly (Message | Fault)[]): void {
    if (this.#dropped) return;
    this.#waiting = this.#handedOut < this.#waiting.length ? [...this.#waiting.slice(this.#handedOut), ...results] : results;
    this.#handedOut = 0;
    this.#handOut();
  }

  /** The system has taken what it had not at once. */
  unblock(): void {
    this.#blocked = false;
    this.stallEnds = 0;
    this.#handOut();
    this.#flush();
    this.#owner.answered();
  }

  /** The socket is about to be gone: nothing is taken any more, whatever the deadline. */
  writeNoMore(): void {
    this.stallEnds = 0;
  }

  /** Hands out nothing more; what is being handled runs on, unanswered. */
  drop(): void {
    this.#dropped = true;
    this.#waiting = NOTHING;
    this.#handedOut = 0;
  }

  #handOut(): void {
    while (this.#handedOut < this.#waiting.length && this.#slots.length < this.#limit && !this.#blocked && !this.#resting) {
      const received = this.#waiting[this.#handedOut];
      this.#handedOut += 1;
      if (received !== undefined) this.#ask(received);
    }
    if (this.#handedOut >= this.#waiting.length) {
      this.#waiting = NOTHING;
      this.#handedOut = 0;
    }
  }

  #ask(received: Message | Fault): void {
    const slot: Slot = { received, settled: false, bytes: undefined };
    this.#slots.push(slot);
    let answer: Promise<Ack | undefined>;
    try {
      answer = Promise.resolve(this.#owner.handle(received));
    } catch (error) {
      answer = Promise.reject(error);
    }
    answer.then(
      (ack) => this.#settle(slot, ack),
      (error: unknown) => this.#fail(slot, error),
    );
  }

  #settle(slot: Slot, ack: Ack | undefined): void {
    if (ack !== undefined) {
      try {
        slot.bytes = this.#owner.writer.encode(ack, slot.received);
      } catch (error) {
        this.#owner.failed(error);
      }
    }
    this.#advance(slot);
  }

  #fail(slot: Slot, error: unknown): void {
    this.#owner.failed(error);
    this.#advance(slot);
  }

  #advance(slot: Slot): void {
    slot.settled = true;
    if (this.#slots[0] !== slot) return;
    while (this.#slots[0]?.settled) {
      const bytes = this.#slots.shift()?.bytes;
      if (bytes === undefined) continue;
      this.#ready.push(bytes);
      this.#readyBytes += bytes.length;
    }
    if (this.#readyBytes >= PIECE_BYTES) {
      this.#flush();
      this.#rest();
    }
    this.#handOut();
    if (this.#flushing) return;
    this.#flushing = true;
    // Handlers that answer without waiting have all answered by then: one write for one read.
    process.nextTick(() => {
      this.#flushing = false;
      this.#flush();
      this.#owner.answered();
    });
  }

  /** Handlers that answer at once with much would else be asked for all that was read before anybody else is heard. */
  #rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    setImmediate(() => {
      this.#resting = false;
      this.#handOut();
      this.#owner.answered();
    });
  }

  #flush(): void {
    if (this.#blocked || this.#ready.length === 0) return;
    const piece = this.#owner.writer.joined(this.#ready, this.#readyBytes);
    this.#ready = [];
    this.#readyBytes = 0;
    if (this.#owner.write(piece)) return;
    this.#blocked = true;
    this.stallEnds = this.#owner.writeLater();
  }
}
