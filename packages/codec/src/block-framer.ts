import { Buffer } from 'node:buffer';
import type { Tolerances } from './diagnostics.ts';
import type { DecoderLimits } from './limits.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const NOTHING = Buffer.alloc(0);
const LEAST_HELD = 256;

/** The lines of one block, as offsets into `bytes`; valid only until the call that hands it over returns. */
export interface Block {
  readonly bytes: Buffer;
  /** Where the block begins. */
  readonly from: number;
  /** Where it ends, the line end of its last line not included. */
  readonly to: number;
  /** Start and end of each line without its line end, two numbers a line. */
  readonly lines: readonly number[];
  /** How the block came to its end. `'cut-line'`: the connection ended within the last line. */
  readonly ended: 'blank-line' | 'end' | 'cut-line' | 'cap';
}

/** The caps that only framing can judge. */
export type ExceededCap = 'line-too-long' | 'message-too-long';

/** Who takes what the framer finds, in the order of the bytes. */
export interface BlockSink {
  /** What a line and a block may have. */
  readonly limits: DecoderLimits;
  /** What was tolerated in the block that is being framed; told and forgotten by the sink with each block. */
  readonly tolerances: Tolerances;
  /** A shortcut: takes the blocks that begin at `at` as long as they need no framing; returns where the first that does begins. */
  plainBlocks(chunk: Buffer, at: number): number;
  /** A whole block. Returns whether to read on. */
  block(block: Block): boolean;
  /** A cap was exceeded: the block so far, up to and including the byte that was one too many. Nothing is read after it. */
  capExceeded(cap: ExceededCap, block: Block): void;
  /** The lone CR that ended the last block turned out to be no part of a CRLF. */
  loneCarriageReturnAfterBlock(): void;
  /** The first blank line of a gap between blocks that need not be there. */
  extraBlankLine(): void;
}

/** What the last byte, a CR that ended a line, has ended: an LF after it belongs to the same line end. */
type CarriageReturn = 'none' | 'line' | 'block' | 'gap';

/**
 * Cuts a byte stream into blocks: lines up to a blank one. Source: [TN-1], [reading 2], [reading 4], [reading 5], [reading 9].
 *
 * Every byte is looked at once, however the stream is cut: what is known of an unfinished line is remembered, not found again.
 * Only the unfinished block is held, in a buffer of its own that the caps bound; the caller's bytes are free when `push` returns.
 */
export class BlockFramer {
  readonly #limits: DecoderLimits;
  readonly #sink: BlockSink;
  /** The unfinished block, or the blanks before it, as far as earlier chunks brought it. */
  #held: Buffer = NOTHING;
  #heldLength = 0;
  /** Where the block begins, counted from the first byte of the chunk: negative while part of it is held. */
  #origin = 0;
  /** Start and end of each finished line of the block, and the start of the unfinished one, counted from the block's first byte. */
  readonly #lines: number[] = [];
  #lineStart = 0;
  #lineHasContent = false;
  /** How much of a byte order mark was seen at the start of the block, and whether one was passed in this line. */
  #markBytes = 0;
  #markPassed = false;
  #carriageReturn: CarriageReturn = 'none';
  #gapTold = false;
  #stopped = false;

  constructor(sink: BlockSink) {
    this.#limits = sink.limits;
    this.#sink = sink;
  }

  /** Bytes of an unfinished block held; blanks between blocks are none. */
  get pendingBytes(): number {
    return this.#lines.length === 0 && !this.#lineHasContent && this.#markBytes === 0 ? 0 : this.#heldLength;
  }

  /** Whether nothing is read any more: a cap was exceeded, the sink said so, or the stream has ended. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Reads on from `from`; every block that becomes complete goes to the sink. `shortcut`: the sink may take plain ones unframed. */
  push(chunk: Buffer, from: number, shortcut: boolean): void {
    if (this.#stopped) return;
    this.#origin = from - this.#heldLength;
    let at = from;
    while (at < chunk.length) {
      if (this.#carriageReturn !== 'none' && this.#joinLineFeed(chunk, at)) {
        at++;
        continue;
      }
      if (shortcut && at === this.#origin) {
        const next = this.#sink.plainBlocks(chunk, at);
        if (next > at) {
          at = next;
          this.#begin(at);
          this.#gapTold = false;
          continue;
        }
      }
      at = this.#scanLine(chunk, at);
      if (this.#stopped) return;
      if (at === chunk.length) break;
      this.#endLine(chunk, at);
      if (this.#stopped) return;
      at++;
    }
    this.#hold(chunk, chunk.length);
  }

  /** The stream has ended: what is held is the last block. [reading 11] */
  end(): void {
    if (this.#stopped) return;
    if (this.#carriageReturn !== 'none') this.#loneCarriageReturn();
    const cut = this.#lineHasContent || this.#markBytes > 0;
    if (cut) this.#lines.push(this.#lineStart, this.#heldLength);
    if (this.#lines.length > 0) {
      this.#sink.tolerances.note('end-for-blank-line');
      this.#sink.block(this.#block(this.#held, 0, cut ? 'cut-line' : 'end'));
    }
    this.#stop();
  }

  /** A CR has ended a line; an LF right after it belongs to that line end. Returns whether there was one. [reading 4] */
  #joinLineFeed(chunk: Buffer, at: number): boolean {
    if (chunk[at] !== LF) {
      this.#loneCarriageReturn();
      return false;
    }
    if (this.#carriageReturn === 'line') this.#lineStart++;
    else this.#begin(at + 1);
    this.#carriageReturn = 'none';
    return true;
  }

  #loneCarriageReturn(): void {
    if (this.#carriageReturn === 'line') this.#sink.tolerances.note('lone-cr');
    if (this.#carriageReturn === 'block') this.#sink.loneCarriageReturnAfterBlock();
    this.#carriageReturn = 'none';
  }

  /** Goes on to the end of the line or of the chunk and judges the caps. Returns where it stopped. */
  #scanLine(chunk: Buffer, from: number): number {
    let at = this.#scanMark(chunk, from);
    const { lineBytes, messageBytes } = this.#limits;
    const lineCap = this.#lineStart + lineBytes;
    const messageCap = Math.max(messageBytes, this.#lineStart);
    // The first byte that may not belong to this line any more.
    const cap = this.#origin + Math.min(lineCap, messageCap);
    const end = Math.min(chunk.length, cap);
    if (!this.#lineHasContent) {
      while (at < end && (chunk[at] === SPACE || chunk[at] === TAB)) at++;
      if (at < end && chunk[at] !== CR && chunk[at] !== LF) this.#lineHasContent = true;
    }
    while (at < end && chunk[at] !== CR && chunk[at] !== LF) at++;
    if (at < chunk.length && at === cap && chunk[at] !== CR && chunk[at] !== LF) {
      this.#exceeded(lineCap <= messageCap ? 'line-too-long' : 'message-too-long', chunk, at + 1);
    }
    return at;
  }

  /** Passes a byte order mark where a block may begin; a part of one and no more is content, if an odd one. [reading 14] */
  #scanMark(chunk: Buffer, from: number): number {
    if (this.#markPassed || this.#lineHasContent || this.#lines.length > 0 || from - this.#origin !== this.#markBytes) return from;
    let at = from;
    while (at < chunk.length && this.#markBytes < BYTE_ORDER_MARK.length && chunk[at] === BYTE_ORDER_MARK[this.#markBytes]) {
      this.#markBytes++;
      at++;
    }
    if (this.#markBytes === BYTE_ORDER_MARK.length) {
      this.#begin(at);
      this.#markPassed = true;
      this.#sink.tolerances.note('byte-order-mark');
    } else if (this.#markBytes > 0 && at < chunk.length) {
      this.#markBytes = 0;
      this.#lineHasContent = true;
    }
    return at;
  }

  /** A line has ended at a CR or LF. */
  #endLine(chunk: Buffer, at: number): void {
    const returned = chunk[at] === CR;
    const end = at - this.#origin;
    if (this.#lineHasContent) {
      if (!returned) this.#sink.tolerances.note('bare-lf');
      this.#lines.push(this.#lineStart, end);
      this.#lineStart = end + 1;
      this.#lineHasContent = false;
      this.#carriageReturn = returned ? 'line' : 'none';
    } else if (this.#lines.length > 0) {
      if (end > this.#lineStart) this.#sink.tolerances.note('blank-line-with-spaces');
      if (!returned) this.#sink.tolerances.note('bare-lf');
      this.#carriageReturn = returned ? 'block' : 'none';
      this.#endBlock(chunk, at);
    } else {
      this.#carriageReturn = returned ? 'gap' : 'none';
      this.#begin(at + 1);
      if (!this.#gapTold) this.#sink.extraBlankLine();
      this.#gapTold = true;
    }
  }

  #endBlock(chunk: Buffer, at: number): void {
    const held = this.#origin < 0;
    if (held) this.#hold(chunk, at);
    const block = held ? this.#block(this.#held, 0, 'blank-line') : this.#block(chunk, this.#origin, 'blank-line');
    const goOn = this.#sink.block(block);
    this.#begin(at + 1);
    this.#gapTold = false;
    if (!goOn) this.#stop();
  }

  #exceeded(cap: ExceededCap, chunk: Buffer, to: number): void {
    this.#hold(chunk, to);
    const block = this.#block(this.#held, 0, 'cap');
    this.#sink.capExceeded(cap, { ...block, to: this.#heldLength });
    this.#stop();
  }

  #block(bytes: Buffer, from: number, ended: Block['ended']): Block {
    const lines = this.#lines.map((offset) => offset + from);
    return { bytes, from, to: lines.at(-1) ?? from, lines, ended };
  }

  /** A new block, or a new line before one, begins at this byte of the chunk. */
  #begin(at: number): void {
    this.#origin = at;
    this.#heldLength = 0;
    // An idle connection keeps next to nothing.
    if (this.#held.length > LEAST_HELD) this.#held = NOTHING;
    if (this.#lines.length > 0) this.#lines.length = 0;
    this.#lineStart = 0;
    this.#lineHasContent = false;
    this.#markBytes = 0;
    this.#markPassed = false;
  }

  /** Copies what the chunk has of the unfinished block, up to `to`. The caps bound the length: no line end is held beyond them. */
  #hold(chunk: Buffer, to: number): void {
    const from = Math.max(this.#origin, 0);
    if (from === to) return;
    const length = this.#heldLength + to - from;
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * this.#held.length, this.#limits.messageBytes), LEAST_HELD));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(from, to), this.#heldLength);
    this.#heldLength = length;
  }

  #stop(): void {
    this.#begin(0);
    this.#carriageReturn = 'none';
    this.#stopped = true;
  }
}
