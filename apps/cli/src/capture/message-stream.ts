import { Buffer } from 'node:buffer';
import type { TextEncoding } from '@taxinav/codec';
import { DecodedStream, type Found } from '../decoded-stream.ts';

const CR = 0x0d;
const LF = 0x0a;
/** A message that begins right after a gap, as its bytes one character each. */
const BEGINNING = /^(?:\xef\xbb\xbf)?[ \t\r\n]*message[ \t]*:/i;

/**
 * One direction as messages. Where bytes are missing, the message they were in is dropped, and reading goes on at the next message:
 * at once where it begins right there, else after the next blank line.
 */
export class MessageStream {
  readonly #encoding: TextEncoding;
  readonly #found: (found: Found, at: number) => void;
  #stream: DecodedStream;
  #at = 0;
  /** Whether bytes are passed over, up to a blank line; and what of that line was seen. */
  #lost = false;
  #lineIsBlank = false;
  #lastWasCr = false;
  #ended = false;

  constructor(encoding: TextEncoding, found: (found: Found, at: number) => void) {
    this.#encoding = encoding;
    this.#found = found;
    this.#stream = this.#newStream();
  }

  push(bytes: Buffer, at: number): void {
    this.#at = at;
    const from = this.#lost ? this.#resume(bytes) : 0;
    if (from < bytes.length) this.#stream.push(bytes.subarray(from));
  }

  /** Bytes are missing here, or the beginning is: what was begun is not to be had, nor what goes on after it. */
  lose(): void {
    this.#stream = this.#newStream();
    this.#lost = true;
    this.#lineIsBlank = false;
    this.#lastWasCr = false;
  }

  end(at: number): void {
    this.#at = at;
    if (!this.#lost && !this.#ended) this.#stream.end();
    this.#ended = true;
  }

  #newStream(): DecodedStream {
    return new DecodedStream(this.#encoding, (found) => this.#found(found, this.#at));
  }

  /** Where the next message begins in these bytes. */
  #resume(bytes: Buffer): number {
    if (BEGINNING.test(bytes.toString('latin1', 0, 64))) {
      this.#lost = false;
      return 0;
    }
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      const lineEnd = byte === CR || (byte === LF && !this.#lastWasCr);
      if (lineEnd && this.#lineIsBlank) {
        this.#lost = false;
        return bytes[at + 1] === LF && byte === CR ? at + 2 : at + 1;
      }
      if (lineEnd) this.#lineIsBlank = true;
      else if (byte !== LF && byte !== 0x20 && byte !== 0x09) this.#lineIsBlank = false;
      this.#lastWasCr = byte === CR;
    }
    return bytes.length;
  }
}
