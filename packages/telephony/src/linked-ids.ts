/** How long a linked id is remembered, milliseconds. */
const REMEMBERED_MS = 60_000;

/** Tells the first event of an incoming call from those that follow it, for a minute. Source: [reading 35]. */
export class LinkedIds {
  readonly #seen = new Map<string, number>();
  readonly #limit: number;

  /** @param limit how many are remembered at most; the oldest go first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Whether this id was not seen within the last minute; remembers it then.
   *
   * @param now of a monotonic clock, milliseconds
   */
  isNew(linkedId: string, now: number): boolean {
    for (const [oldest, seen] of this.#seen) {
      if (now - seen < REMEMBERED_MS) break;
      this.#seen.delete(oldest);
    }
    if (this.#seen.has(linkedId)) return false;
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size < this.#limit) break;
      this.#seen.delete(oldest);
    }
    this.#seen.set(linkedId, now);
    return true;
  }
}
