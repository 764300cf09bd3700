import { Buffer } from 'node:buffer';
import { diagnostic, type Diagnostic } from '../diagnostics.ts';
import type { Fault } from '../faults.ts';
import type { DecoderLimits } from '../limits.ts';
import type { Message } from '../message.ts';
import type { TextEncoding } from '../text-encoding.ts';
import { isBlankLine } from './phrases.ts';
import { strictReader, type StrictReader } from './reader.ts';
import { latin1, type NativeSlices } from './values.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;

/** No message that is read here has more bytes: a SayText of 500 bytes. */
const MOST_MESSAGE_BYTES = 640;
/** No beginning of a message that is held here has more bytes; no line of it can be too long then. */
const MOST_HELD_BYTES = 520;
/** A beginning is held, or joined, from a chunk of so many bytes at least, so that single bytes do not pay for it. */
const LEAST_CHUNK_BYTES = 32;

/** Where a beginning and what continues it are put together. One for all decoders: it is written and read within one call. */
const JOINED = Buffer.alloc(MOST_MESSAGE_BYTES) as NativeBytes;

interface NativeBytes extends NativeSlices {
  latin1Write(text: string, at: number): number;
}

/**
 * A shortcut past framing: takes messages of the strict form where they stand in a chunk, one after another. [reading 23]
 *
 * Whatever is odd in any way is left to the general reader, which reads these messages the same; the one tolerance told here is that an
 * encoding was assumed. Without this folder, and the calls of it in `message-decoder.ts` and `encode-message.ts`, every vector still holds.
 * A decoder keeps nothing for it but the bytes that are held.
 */
export class StrictStream {
  readonly #usable: boolean;
  readonly #reader: StrictReader;
  readonly #onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined;
  /**
   * The beginning of a message that a chunk ended in, not framed yet: most often the next chunk brings the rest. A character a byte:
   * thousands of connections may each hold one, and a buffer costs five hundred bytes before its first.
   */
  #held = '';

  constructor(encoding: TextEncoding, limits: DecoderLimits, onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined) {
    // With smaller limits they could matter here.
    this.#usable = limits.lineBytes >= MOST_HELD_BYTES && limits.messageBytes >= MOST_MESSAGE_BYTES && limits.fields >= 4;
    this.#reader = strictReader(encoding, limits);
    this.#onDiagnostic = onDiagnostic;
  }

  /** Bytes held of an unfinished message. */
  get heldBytes(): number {
    return this.#held.length;
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
      // Before others can use the reader.
      next = this.#reader.end + 4;
      if (this.#reader.assumed) this.#tellAssumed();
    }
    const rest = chunk.length - next;
    if (rest === 0 || rest > MOST_HELD_BYTES || chunk.length < LEAST_CHUNK_BYTES || !mayGoOn(chunk, next, chunk.length)) return next;
    this.#held = latin1(chunk, next, chunk.length);
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
    const held = this.#held.length;
    if (chunk.length < LEAST_CHUNK_BYTES) return 0;
    JOINED.latin1Write(this.#held, 0);
    const more = chunk.copy(JOINED, held);
    const joined = held + more;
    const message = this.#reader.read(JOINED, 0);
    const { end } = this.#reader;
    // What stands there from before may be read along, but proves nothing.
    if (message !== undefined && end + 4 <= joined && isBlankLine(JOINED, end)) {
      this.#held = '';
      results.push(message);
      if (this.#reader.assumed) this.#tellAssumed();
      return end + 4 - held;
    }
    if (more < chunk.length || joined > MOST_HELD_BYTES || !mayGoOn(JOINED, 0, joined)) return 0;
    this.#held = latin1(JOINED, 0, joined);
    return more;
  }

  /** Gives up what is held: the general reader reads it. The bytes are valid until the next call. */
  release(): Buffer {
    const bytes = JOINED.latin1Write(this.#held, 0);
    this.#held = '';
    return JOINED.subarray(0, bytes);
  }

  #tellAssumed(): void {
    this.#onDiagnostic?.(diagnostic('assumed-windows-1251'));
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
