import { Buffer } from 'node:buffer';
import { diagnostic, type Diagnostic } from '../diagnostics.ts';
import type { Fault } from '../faults.ts';
import type { DecoderLimits } from '../limits.ts';
import type { Message } from '../message.ts';
import type { TextEncoding } from '../text-encoding.ts';
import { isBlankLine } from './phrases.ts';
import { StrictReader } from './reader.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);

/** No message that is read here has more bytes: a SayText of 500 bytes. */
const MOST_MESSAGE_BYTES = 640;
/** No beginning of a message that is held here has more bytes; no line of it can be too long then. */
const MOST_HELD_BYTES = 520;
/** A beginning is held, or joined, from a chunk of so many bytes at least, so that single bytes do not pay for it. */
const LEAST_CHUNK_BYTES = 32;
const LEAST_ROOM = 256;

/**
 * A shortcut past framing: takes messages of the strict form where they stand in a chunk, one after another. [reading 23]
 *
 * Whatever is odd in any way is left to the general reader, which reads these messages the same; the one tolerance told here is that an
 * encoding was assumed. Without this folder, and the calls of it in `message-decoder.ts` and `encode-message.ts`, every vector still holds.
 * Beside what is held, a decoder that has read keeps at most 640 bytes for it, and 1,000 for a text.
 */
export class StrictStream {
  readonly #usable: boolean;
  readonly #reader: StrictReader;
  readonly #onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined;
  /** The beginning of a message that a chunk ended in, not framed yet: most often the next chunk brings the rest. */
  #held: Buffer = NOTHING;
  #heldBytes = 0;

  constructor(encoding: TextEncoding, limits: DecoderLimits, onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined) {
    // With smaller limits they could matter here.
    this.#usable = limits.lineBytes >= MOST_HELD_BYTES && limits.messageBytes >= MOST_MESSAGE_BYTES && limits.fields >= 4;
    this.#reader = new StrictReader(encoding, limits);
    this.#onDiagnostic = onDiagnostic;
  }

  /** Bytes held of an unfinished message. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Takes the messages that begin at `at`, where a block may begin; returns where the first begins that is left to the general reader.
   * All of `chunk` is taken if it ends within a message, which is then held: the caller must {@link join} the next chunk.
   */
  take(chunk: Buffer, at: number, results: (Message | Fault)[]): number {
    if (!this.#usable) return at;
    let next = at;
    for (;;) {
      const message = this.#reader.read(chunk, next);
      if (message === undefined || !isBlankLineAt(chunk, this.#reader.end)) break;
      results.push(message);
      if (this.#reader.assumed) this.#tellAssumed();
      next = this.#reader.end + 4;
    }
    const rest = chunk.length - next;
    if (rest === 0 || rest > MOST_HELD_BYTES || chunk.length < LEAST_CHUNK_BYTES || !mayGoOn(chunk, next, chunk.length)) return next;
    this.#makeRoom(rest);
    chunk.copy(this.#held, 0, next);
    this.#heldBytes = rest;
    return chunk.length;
  }

  /** Takes the block from `from` to `to`, its last line ends not included, if it is a message of the strict form. */
  takeBlock(bytes: Buffer, from: number, to: number, results: (Message | Fault)[]): boolean {
    const message = this.#usable ? this.#reader.read(bytes, from) : undefined;
    if (message === undefined || this.#reader.end !== to) return false;
    results.push(message);
    if (this.#reader.assumed) this.#tellAssumed();
    return true;
  }

  /**
   * Completes the message that is held. Returns how many bytes of `chunk` that took; all if it still goes on. What is held is given up
   * to {@link release} if it is 0.
   */
  join(chunk: Buffer, results: (Message | Fault)[]): number {
    const held = this.#heldBytes;
    if (chunk.length < LEAST_CHUNK_BYTES) return 0;
    const more = Math.min(chunk.length, MOST_MESSAGE_BYTES - held);
    this.#makeRoom(held + more);
    chunk.copy(this.#held, held, 0, more);
    const joined = held + more;
    const message = this.#reader.read(this.#held, 0);
    const { end } = this.#reader;
    if (message !== undefined && end + 4 <= joined && isBlankLine(this.#held, end)) {
      results.push(message);
      if (this.#reader.assumed) this.#tellAssumed();
      this.#heldBytes = 0;
      return end + 4 - held;
    }
    if (more < chunk.length || joined > MOST_HELD_BYTES || !mayGoOn(this.#held, 0, joined)) return 0;
    this.#heldBytes = joined;
    return more;
  }

  /** Gives up what is held: the general reader reads it. The bytes are valid until the next call. */
  release(): Buffer {
    const held = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    return held;
  }

  #tellAssumed(): void {
    this.#onDiagnostic?.(diagnostic('assumed-windows-1251'));
  }

  #makeRoom(bytes: number): void {
    if (this.#held.length >= bytes) return;
    const grown = Buffer.allocUnsafeSlow(bytes > LEAST_ROOM ? MOST_MESSAGE_BYTES : LEAST_ROOM);
    this.#held.copy(grown, 0, 0, this.#heldBytes);
    this.#held = grown;
  }
}

function isBlankLineAt(bytes: Buffer, at: number): boolean {
  return at + 4 <= bytes.length && isBlankLine(bytes, at);
}

/** Whether no block can have ended in these bytes: they begin with a letter, and no line end but CRLF, and no blank, begins another line. */
function mayGoOn(bytes: Buffer, from: number, to: number): boolean {
  if ((bytes[from] ?? 0) !== 0x4d) return false;
  for (let at = from + 1; at < to - 1; at++) {
    const byte = bytes[at] ?? 0;
    // One comparison for nearly every byte.
    if (byte > CR) continue;
    if (byte === LF ? (bytes[at + 1] ?? 0) <= SPACE : byte === CR && bytes[at + 1] !== LF) return false;
  }
  return true;
}
