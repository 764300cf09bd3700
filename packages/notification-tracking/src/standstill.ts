/**
 * How long a counter of somebody else has stood still, by one's own monotonic clock. Only what was looked at all the while counts: after a
 * longer gap (a database that was away, a process that was frozen) it begins anew.
 */
export class Standstill {
  readonly #gapMs: number;
  #seen: string | undefined;
  #since = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `gapMs`: looks that are further apart do not count as one. */
  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** Takes a look and gives for how long it has been the same, ms. `now`: monotonic, when the look had come back. */
  look(shown: string, now: number): number {
    if (shown !== this.#seen || now - this.#lookedAt > this.#gapMs) this.#since = now;
    this.#seen = shown;
    this.#lookedAt = now;
    return now - this.#since;
  }
}
