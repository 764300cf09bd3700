import { Buffer } from 'node:buffer';
import type { Segment } from './segment.ts';

/** Most bytes of one direction that wait for a segment before them; then that segment is given up. */
export const MOST_WAITING_BYTES: number = 32 * 1024;
/** Most segments of one direction that wait. */
export const MOST_WAITING_SEGMENTS = 64;

/** A segment that the other side has confirmed may still stand a little later in the capture, but not this much later. */
const LATE_MS = 1000;

/** Who takes the bytes of one direction, in their order. */
export interface DirectionSink {
  readonly bytes: (bytes: Buffer, at: number) => void;
  /** So many bytes were sent and are not in the capture. */
  readonly missing: (length: number, at: number) => void;
}

interface Waiting {
  readonly sequence: number;
  readonly payload: Buffer;
  readonly at: number;
}

/**
 * Puts the segments of one direction of a connection in order: late ones wait for earlier ones, repeated bytes are passed over,
 * the first copy of a byte counts. What never comes is said to be missing: when more waits than the limits allow, a second after the other
 * side has confirmed it, and at the end.
 */
export class Direction {
  readonly #sink: DirectionSink;
  /** Sequence number of the next byte; absent before the first segment. */
  #next: number | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Sequence number after the last byte, once a FIN has told it. */
  #end: number | undefined;
  /** When the other side first confirmed what is not here. */
  #confirmedAt: number | undefined;
  /** Whether the first segment was the SYN: the capture has the beginning. */
  fromStart = false;

  constructor(sink: DirectionSink) {
    this.#sink = sink;
  }

  /** Whether no segment has come yet. */
  get isEmpty(): boolean {
    return this.#next === undefined;
  }

  /** Whether a FIN was sent and every byte before it is here, or known to be missing. */
  get ended(): boolean {
    return this.#end !== undefined && this.#next === this.#end;
  }

  /** The sequence number the direction began with, if the capture has its SYN; to tell a new connection from a repeated SYN. */
  initialSequence: number | undefined;

  push({ sequence, payload, length, syn, fin, at }: Segment): void {
    // A SYN takes one number, before any payload.
    const first = syn ? plus(sequence, 1) : sequence;
    if (this.#next === undefined) {
      this.#next = first;
      this.fromStart = syn;
      if (syn) this.initialSequence = sequence;
    }
    if (fin) this.#end = plus(first, length);
    if (payload.length > 0) this.#wait({ sequence: first, payload, at });
    this.#deliver();
    while (this.#waitingBytes > MOST_WAITING_BYTES || this.#waiting.length > MOST_WAITING_SEGMENTS) this.#giveUp(at);
  }

  /** The other side has confirmed everything before this number: what is not here a second later never comes. */
  confirmed(sequence: number, at: number): void {
    // One number more than there are bytes is the confirmation of a FIN.
    if (this.#next === undefined || !before(this.#next, plus(sequence, this.#waiting.length === 0 ? -1 : 0))) {
      this.#confirmedAt = undefined;
      return;
    }
    this.#confirmedAt ??= at;
    if (at - this.#confirmedAt < LATE_MS) return;
    this.#confirmedAt = undefined;
    if (this.#waiting.length > 0) this.#giveUp(at);
    else this.#missingUpTo(this.#end ?? sequence, at);
  }

  /** Nothing more comes: what waits is delivered, with what is missing before it. */
  finish(at: number): void {
    while (this.#waiting.length > 0) this.#giveUp(at);
    if (this.#end !== undefined) this.#missingUpTo(this.#end, at);
  }

  #wait(segment: Waiting): void {
    if (this.#next !== undefined && !before(this.#next, plus(segment.sequence, segment.payload.length))) return;
    // Copied: the bytes of a packet stand in a chunk of the file, which is not to be kept for them.
    const inOrder = segment.sequence === this.#next;
    const kept = inOrder ? segment : { ...segment, payload: Buffer.from(segment.payload) };
    const place = this.#waiting.findIndex(({ sequence }) => before(segment.sequence, sequence));
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, kept);
    this.#waitingBytes += kept.payload.length;
  }

  /** Hands on what is in order. */
  #deliver(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#next === undefined || before(this.#next, first.sequence)) return;
      this.#waiting.shift();
      this.#waitingBytes -= first.payload.length;
      const known = minus(this.#next, first.sequence);
      if (known >= first.payload.length) continue;
      this.#next = plus(first.sequence, first.payload.length);
      this.#sink.bytes(first.payload.subarray(known), first.at);
    }
  }

  /** The bytes before the first waiting segment are missing. */
  #giveUp(at: number): void {
    const [first] = this.#waiting;
    if (first !== undefined) this.#missingUpTo(first.sequence, at);
    this.#deliver();
  }

  #missingUpTo(sequence: number, at: number): void {
    if (this.#next === undefined || !before(this.#next, sequence)) return;
    const length = minus(sequence, this.#next);
    this.#next = sequence;
    this.#sink.missing(length, at);
  }
}

function plus(sequence: number, length: number): number {
  return (sequence + length) >>> 0;
}

function minus(sequence: number, other: number): number {
  return (sequence - other) >>> 0;
}

/** Sequence numbers go round: one is before another if the shorter way to it leads forward. */
function before(sequence: number, other: number): boolean {
  return ((sequence - other) | 0) < 0;
}
