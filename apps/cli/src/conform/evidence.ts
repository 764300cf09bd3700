/** One thing that crossed the wire, or an event of a connection. */
export interface EvidenceLine {
  /** Since the check began. */
  readonly ms: number;
  readonly from: 'judge' | 'peer';
  /** Which connection or port. */
  readonly place: string;
  /** What happened, where nothing was written: `FIN`, `reset`. */
  readonly event?: string;
  /** The first {@link KEPT_BYTES} of what was written. */
  readonly bytes: Uint8Array;
  /** How many there were. */
  readonly length: number;
  /** In how many writes or reads. */
  readonly pieces: number;
}

/** Bytes of one line that are kept. */
export const KEPT_BYTES = 2_048;

/** Lines that are kept; of more, the first. */
export const KEPT_LINES = 48;

/** What a check has seen, for its report. */
export class Evidence {
  readonly #begun: number;
  readonly #now: () => number;
  readonly #lines: EvidenceLine[] = [];

  /** `now` is a monotonic clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
    this.#begun = now();
  }

  get lines(): readonly EvidenceLine[] {
    return this.#lines;
  }

  get ms(): number {
    return this.#now() - this.#begun;
  }

  /** A block that came whole. */
  block(from: 'judge' | 'peer', place: string, bytes: Uint8Array): void {
    this.#push({ ms: this.ms, from, place, bytes: Buffer.from(bytes.subarray(0, KEPT_BYTES)), length: bytes.length, pieces: 1 });
  }

  /** Bytes that crossed; those that follow one another the same way are one line. */
  add(from: 'judge' | 'peer', place: string, bytes: Uint8Array): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last.from === from && last.place === place && last.event === undefined) {
      const joined = Buffer.concat([last.bytes, bytes]).subarray(0, KEPT_BYTES);
      this.#lines[this.#lines.length - 1] = { ...last, bytes: joined, length: last.length + bytes.length, pieces: last.pieces + 1 };
      return;
    }
    this.block(from, place, bytes);
  }

  note(from: 'judge' | 'peer', place: string, event: string): void {
    this.#push({ ms: this.ms, from, place, event, bytes: new Uint8Array(0), length: 0, pieces: 0 });
  }

  /** Takes over what another check has seen. */
  adopt(other: Evidence): void {
    for (const line of other.lines) this.#push(line);
  }

  #push(line: EvidenceLine): void {
    if (this.#lines.length < KEPT_LINES) this.#lines.push(line);
  }
}
