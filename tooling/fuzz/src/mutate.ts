import { Buffer } from 'node:buffer';
import type { Corpus } from './corpus.ts';
import { DICTIONARY } from './dictionary.ts';
import type { Random } from './random.ts';

/** Longest input that is made. */
export const MOST_BYTES = 40_000;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const LINE_ENDS = ['\r\n', '\n', '\r', ' \r\n', '\t\n', '\r\r\n'].map((text) => Buffer.from(text));
/** Lengths just around the caps of line and message. */
const CAP_LENGTHS = [500, 501, 1023, 1025, 4093, 4094, 4095, 4096, 4097, 4098, 16_383, 16_384, 16_385, 20_000];
const FILLERS = [0x20, 0x41, 0x30, 0xcf, 0x3c, 0x09];

/** Changes inputs in a buffer of its own; deterministic for its random numbers. */
export class Mutator {
  readonly #random: Random;
  readonly #corpus: Corpus;
  readonly #bytes = Buffer.alloc(MOST_BYTES);
  #length = 0;

  constructor(random: Random, corpus: Corpus) {
    this.#random = random;
    this.#corpus = corpus;
  }

  /** The next input; valid until the next call. */
  next(): Buffer {
    this.#length = 0;
    this.#replace(0, 0, this.#corpus.choose(this.#random));
    for (let times = 1 + (this.#random.oneIn(2) ? 0 : this.#random.below(4)); times > 0; times--) this.#mutate();
    return this.#bytes.subarray(0, this.#length);
  }

  #mutate(): void {
    const random = this.#random;
    const at = random.below(this.#length + 1);
    const some = Math.min(1 + random.below(random.oneIn(4) ? 64 : 8), this.#length - at);
    switch (random.below(16)) {
      case 0:
        if (at < this.#length) this.#bytes[at] = (this.#bytes[at] ?? 0) ^ (1 << random.below(8));
        return;
      case 1:
        if (at < this.#length) this.#bytes[at] = random.below(256);
        return;
      case 2:
        return this.#replace(at, at, Buffer.of(random.below(256), random.below(256)).subarray(random.below(2)));
      case 3:
        return this.#replace(at, at + some, Buffer.alloc(0));
      case 4:
      case 5:
        return this.#replace(at, at, random.of(DICTIONARY));
      case 6:
      case 7:
        return this.#replaceValue(random.of(DICTIONARY));
      case 8:
        return this.#replace(at, this.#length, this.#tail(this.#corpus.choose(random)));
      case 9:
        return this.#replace(this.#length, this.#length, this.#corpus.choose(random));
      case 10:
        return this.#repeatLine(random.oneIn(64) ? 1 + random.below(200) : 1);
      case 11:
        return this.#moveLine();
      case 12:
        return this.#lineEnds(random.of(LINE_ENDS), random.oneIn(2));
      case 13:
        return this.#changeCase(at, at + some);
      case 14:
        this.#length = at;
        return;
      default:
        return random.oneIn(random.oneIn(2) ? 40 : 10) ? this.#stretch(at) : this.#replace(at, at, random.of(DICTIONARY));
    }
  }

  /** Puts bytes in place of those from `from` to `to`, as far as there is room. */
  #replace(from: number, to: number, bytes: Uint8Array): void {
    const length = this.#length - (to - from) + bytes.length;
    if (length > MOST_BYTES) return;
    // The bytes may be a part of the buffer that the move overwrites.
    const insert = bytes.buffer === this.#bytes.buffer ? Buffer.from(bytes) : bytes;
    this.#bytes.copyWithin(from + insert.length, to, this.#length);
    this.#bytes.set(insert, from);
    this.#length = length;
  }

  #tail(other: Uint8Array): Uint8Array {
    return other.subarray(this.#random.below(other.length + 1));
  }

  /** Where a line, chosen at random, begins and ends, its line end included. */
  #line(): readonly [from: number, to: number] {
    const at = this.#random.below(this.#length + 1);
    let from = at;
    while (from > 0 && this.#bytes[from - 1] !== LF && this.#bytes[from - 1] !== CR) from--;
    let to = at;
    while (to < this.#length && this.#bytes[to] !== LF && this.#bytes[to] !== CR) to++;
    while (to < this.#length && to - at < 4096 && (this.#bytes[to] === CR || this.#bytes[to] === LF)) {
      to++;
      if (this.#bytes[to - 1] === LF) break;
    }
    return [from, to];
  }

  #replaceValue(value: Uint8Array): void {
    const [from, to] = this.#line();
    let colon = from;
    while (colon < to && this.#bytes[colon] !== COLON) colon++;
    let end = to;
    while (end > colon && (this.#bytes[end - 1] === CR || this.#bytes[end - 1] === LF)) end--;
    if (colon < end) this.#replace(colon + 1, end, value);
  }

  #repeatLine(times: number): void {
    const [from, to] = this.#line();
    const line = Buffer.from(this.#bytes.subarray(from, to));
    const room = line.length === 0 ? 0 : Math.floor((MOST_BYTES - this.#length) / line.length);
    const copies = Math.min(times, room);
    if (copies > 0) this.#replace(to, to, copies === 1 ? line : Buffer.concat(Array.from({ length: copies }, () => line)));
  }

  #moveLine(): void {
    const [from, to] = this.#line();
    const line = Buffer.from(this.#bytes.subarray(from, to));
    this.#replace(from, to, line.subarray(0, 0));
    const [target] = this.#line();
    this.#replace(target, target, line);
  }

  /** Writes the line ends of the input in another way: all of them, or each with a chance. */
  #lineEnds(end: Uint8Array, all: boolean): void {
    for (let at = 0; at < this.#length; at++) {
      if (this.#bytes[at] !== LF || !(all || this.#random.oneIn(3))) continue;
      const from = at > 0 && this.#bytes[at - 1] === CR ? at - 1 : at;
      this.#replace(from, at + 1, end);
      at = from + end.length - 1;
    }
  }

  #changeCase(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const letter = (this.#bytes[at] ?? 0) | 0x20;
      if (letter >= 0x61 && letter <= 0x7a) this.#bytes[at] = (this.#bytes[at] ?? 0) ^ 0x20;
    }
  }

  /** Fills in one byte, so that the input or the rest of a line gets a length at a cap. */
  #stretch(at: number): void {
    const wanted = this.#random.of(CAP_LENGTHS) - (this.#random.oneIn(2) ? this.#length : this.#random.below(40));
    if (wanted > 0) this.#replace(at, at, Buffer.alloc(wanted, this.#random.of(FILLERS)));
  }
}
