/** Connections that are left open after a message; the oldest is let go when there is one too many. */
export class HeldConnections {
  readonly #limit: number;
  readonly #releases: (() => void)[] = [];

  /** @param limit how many are held at most, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when this one is let go. */
  hold(): Promise<void> {
    if (this.#releases.length >= this.#limit) this.#releases.shift()?.();
    return new Promise((resolve) => {
      this.#releases.push(resolve);
    });
  }

  /** Lets all go. */
  release(): void {
    for (const release of this.#releases.splice(0)) release();
  }
}
