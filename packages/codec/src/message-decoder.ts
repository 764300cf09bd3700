import { Buffer } from 'node:buffer';
import { BlockFramer, type Block, type BlockSink, type ExceededCap } from './block-framer.ts';
import { decodeCapExceeded, decodeMessage } from './decode-message.ts';
import { diagnostic, Tolerances, type Diagnostic } from './diagnostics.ts';
import type { Fault } from './faults.ts';
import { completeLimits, type DecoderLimits } from './limits.ts';
import type { Message } from './message.ts';
import { StrictStream } from './strict/stream.ts';
import { checkEncoding, type TextEncoding } from './text-encoding.ts';

/** How a {@link MessageDecoder} reads. */
export interface DecoderOptions {
  /** The encoding of the peer's texts. @defaultValue 'auto' */
  readonly encoding?: TextEncoding;
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<DecoderLimits>;
  /** Hears every tolerance once per code and message. Must not throw, nor call the decoder. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

/** Between two calls there are no results. */
const NONE: (Message | Fault)[] = [];

/** Whether a result is a fault and no message. */
export function isFault(result: Message | Fault): result is Fault {
  return 'fault' in result;
}

/**
 * Reads a byte stream as messages. Results and diagnostics depend on the bytes, not on how they are cut.
 *
 * One decoder serves one connection. It holds at most one unfinished message (`limits.messageBytes`) in memory of its own; nothing
 * it returns shares memory with what it was given. A `fatal` fault is its last result. Source: [TN-1], [reading 9], [reading 27].
 *
 * @throws RangeError from the constructor for an unknown encoding or a limit that is no whole number of at least 1.
 */
export class MessageDecoder {
  readonly #sink: ResultSink;
  /** Made for the first byte that is not of the plain form: most connections need none. */
  #framer: BlockFramer | undefined;

  constructor(options: DecoderOptions = {}) {
    const limits = completeLimits(options.limits);
    const encoding = checkEncoding(options.encoding ?? 'auto');
    this.#sink = new ResultSink(limits, encoding, options.onDiagnostic);
  }

  /** Bytes held of a message that has begun and not ended; 0 between messages, where blank lines and spaces are no beginning. */
  get pendingBytes(): number {
    return (this.#framer?.pendingBytes ?? 0) + this.#sink.strict.heldBytes;
  }

  /**
   * Reads the next bytes and returns what they complete, in order; the bytes may be overwritten afterwards.
   * Returns nothing after a fatal fault and after {@link end}. Never throws for bytes.
   *
   * @throws TypeError for anything but a Uint8Array.
   */
  push(bytes: Uint8Array): (Message | Fault)[] {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('MessageDecoder.push: expected a Uint8Array');
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#sink.results = [];
    this.#read(chunk, this.#join(chunk));
    return this.#take();
  }

  /** The stream has ended: returns the message or fault that the end completes, if one was begun. [reading 11] */
  end(): (Message | Fault)[] {
    this.#sink.results = [];
    this.#release();
    this.#general.end();
    this.#sink.end();
    return this.#take();
  }

  get #general(): BlockFramer {
    return (this.#framer ??= new BlockFramer(this.#sink));
  }

  #read(chunk: Buffer, from: number): void {
    const at = this.#framer === undefined ? this.#sink.plainBlocks(chunk, from) : from;
    if (at < chunk.length) this.#general.push(chunk, at, true);
  }

  /** Reads on in the message that the shortcut holds, if any; returns how many bytes of the chunk belonged to it. */
  #join(chunk: Buffer): number {
    const { strict, results } = this.#sink;
    const joined = strict.heldBytes === 0 ? 0 : strict.join(chunk, results);
    if (joined === 0) this.#release();
    return joined;
  }

  /** Has the general reader read what the shortcut holds. */
  #release(): void {
    const { strict } = this.#sink;
    if (strict.heldBytes > 0) this.#general.push(strict.release(), 0, false);
  }

  #take(): (Message | Fault)[] {
    const { results } = this.#sink;
    this.#sink.results = NONE;
    return results;
  }
}

/** Decodes bytes that are a whole stream: one push and the end of a {@link MessageDecoder}. */
export function decodeMessages(bytes: Uint8Array, options: DecoderOptions = {}): (Message | Fault)[] {
  const decoder = new MessageDecoder(options);
  return [...decoder.push(bytes), ...decoder.end()];
}

/** Turns what the framer finds into results and diagnostics. */
class ResultSink implements BlockSink {
  /** What this call has completed. */
  results: (Message | Fault)[] = NONE;
  readonly limits: DecoderLimits;
  #tolerances: Tolerances | undefined;
  readonly #encoding: TextEncoding;
  readonly #onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined;
  readonly strict: StrictStream;
  #toldOfLoneCr = false;

  constructor(limits: DecoderLimits, encoding: TextEncoding, onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined) {
    this.limits = limits;
    this.#encoding = encoding;
    this.#onDiagnostic = onDiagnostic;
    this.strict = new StrictStream(encoding, limits, onDiagnostic);
  }

  get tolerances(): Tolerances {
    return (this.#tolerances ??= new Tolerances());
  }

  plainBlocks(chunk: Buffer, at: number): number {
    if (this.#tolerances?.none === false) return at;
    const next = this.strict.take(chunk, at, this.results);
    if (next > at) this.#toldOfLoneCr = false;
    return next;
  }

  block(block: Block): boolean {
    if (
      this.#tolerances?.none !== false &&
      block.ended === 'blank-line' &&
      this.strict.takeBlock(block.bytes, block.from, block.to, this.results)
    ) {
      this.#toldOfLoneCr = false;
      return true;
    }
    const result = decodeMessage(block, this.#encoding, this.limits, this.tolerances);
    this.#taken(result);
    return !(isFault(result) && result.fatal);
  }

  capExceeded(cap: ExceededCap, block: Block): void {
    this.tolerances.clear();
    this.results.push(decodeCapExceeded(cap, block, this.#encoding, this.limits, new Tolerances()));
  }

  #taken(result: Message | Fault): void {
    this.results.push(result);
    this.#toldOfLoneCr = false;
    if (this.tolerances.none) return;
    this.#toldOfLoneCr = this.tolerances.has('lone-cr');
    this.tolerances.tell(this.#onDiagnostic);
  }

  /** What was tolerated before a block that never came. */
  end(): void {
    this.tolerances.tell(this.#onDiagnostic);
  }

  loneCarriageReturnAfterBlock(): void {
    if (!this.#toldOfLoneCr) this.#onDiagnostic?.(diagnostic('lone-cr'));
  }

  extraBlankLine(): void {
    this.#onDiagnostic?.(diagnostic('extra-blank-line'));
  }
}
