/** Work that goes on after its caller has returned, kept so that a stop can wait for it. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #onFailure: (error: unknown) => void;

  /** `onFailure` hears of what was thrown; it must not throw itself. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  run(work: Promise<unknown>): void {
    const running = work.then(
      () => undefined,
      (error: unknown) => this.#onFailure(error),
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Resolves when nothing runs any more, including what was started while waiting. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
