import type { TextEncoding } from '@taxinav/codec';
import { DecodedStream, type Found } from '../decoded-stream.ts';
import { resultJson } from '../show.ts';
import { jsonLine } from '../visible.ts';
import type { ConnectionLine, Direction, FrameLine } from './record-line.ts';
import type { TapWatcher } from './tap.ts';

/** What a recorder does with what it hears. */
export interface RecorderOptions {
  readonly encoding: TextEncoding;
  /** Whether phone numbers, and all bytes, are kept. */
  readonly numbers: boolean;
  /** UTC, milliseconds. */
  readonly now: () => number;
  /** Takes a line, with its line end. */
  readonly write: (line: string) => void;
  /** What the lines may come to, bytes; beyond it nothing more is recorded. */
  readonly maximumBytes: number;
  /** Called once when that is reached. */
  readonly onFull: () => void;
  /** For people: every frame that is recorded. */
  readonly onFrame?: (found: Found, line: FrameLine) => void;
}

/** Turns what crosses a tap into lines: one a message, fault, and step of a connection. */
export class Recorder implements TapWatcher {
  readonly #options: RecorderOptions;
  readonly #streams = new Map<number, Readonly<Record<Direction, DecodedStream>>>();
  #left: number;
  #frames = 0;
  #full = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#left = options.maximumBytes;
  }

  /** Frames that were recorded. */
  get frames(): number {
    return this.#frames;
  }

  /** Writes a line while there is room. */
  line(line: object): void {
    if (this.#full) return;
    const text = `${jsonLine(line)}\n`;
    this.#left -= Buffer.byteLength(text);
    if (this.#left >= 0) this.#options.write(text);
    else {
      this.#full = true;
      this.#streams.clear();
      this.#options.onFull();
    }
  }

  opened(connection: number, peer: string): void {
    if (this.#full) return;
    const stream = (direction: Direction): DecodedStream =>
      new DecodedStream(this.#options.encoding, (found) => this.#frame(connection, direction, found));
    this.#streams.set(connection, { in: stream('in'), out: stream('out') });
    this.#connection(connection, { event: 'opened', peer });
  }

  refused(peer: string, why: string): void {
    this.#connection(0, { event: 'refused', peer, detail: why });
  }

  bytes(connection: number, direction: Direction, bytes: Uint8Array): void {
    this.#streams.get(connection)?.[direction].push(bytes);
  }

  ended(connection: number, direction: Direction): void {
    this.#streams.get(connection)?.[direction].end();
    this.#connection(connection, { event: 'ended', direction });
  }

  broken(connection: number, direction: Direction, code: string): void {
    this.#connection(connection, { event: 'broken', direction, detail: code });
  }

  closed(connection: number): void {
    this.#streams.delete(connection);
    this.#connection(connection, { event: 'closed' });
  }

  #connection(connection: number, what: Omit<ConnectionLine, 'time' | 'connection'>): void {
    this.line({ time: new Date(this.#options.now()).toISOString(), connection, ...what } satisfies ConnectionLine);
  }

  #frame(connection: number, direction: Direction, found: Found): void {
    const { result, raw, diagnostics } = found;
    const { numbers, now, onFrame } = this.#options;
    if (result === undefined || this.#full) return;
    const shown = resultJson(result, { mask: !numbers });
    // What has no place for a number keeps its bytes. A field that came twice could be anything.
    const harmless =
      'message' in result &&
      (result.message === 'ACK' || result.message === 'SayTextStatus') &&
      diagnostics.every(({ code }) => code !== 'duplicate-field') &&
      jsonLine(shown) === jsonLine(resultJson(result, { mask: false }));
    const line = {
      time: new Date(now()).toISOString(),
      connection,
      direction,
      ...shown,
      ...(diagnostics.length > 0 && { diagnostics: diagnostics.map(({ code }) => code) }),
      ...(numbers || harmless ? { bytes: Buffer.from(raw).toString('base64') } : ({ masked: true } as const)),
    };
    this.#frames += 1;
    this.line(line);
    onFrame?.(found, line);
  }
}
