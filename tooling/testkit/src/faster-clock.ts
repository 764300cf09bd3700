import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A clock on which time passes `factor` times as fast: for tests that join real sockets and files with a phone network
 * whose calls last seconds. The shape of every package's `Clock`.
 */
export class FasterClock {
  readonly #wall: number;
  #factor: number;
  #passed = 0;
  #since = performance.now();

  /** @param now - the wall clock's start, UTC, milliseconds since 1970 */
  constructor(factor: number, now: number = Date.now()) {
    this.#factor = factor;
    this.#wall = now;
  }

  now(): number {
    return Math.floor(this.#wall + this.monotonic());
  }

  monotonic(): number {
    return this.#passed + (performance.now() - this.#since) * this.#factor;
  }

  /** From now on time passes `factor` times as fast; who sleeps already wakes when he would have. */
  setFactor(factor: number): void {
    this.#passed = this.monotonic();
    this.#since = performance.now();
    this.#factor = factor;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await sleep(ms / this.#factor, undefined, signal === undefined ? {} : { signal });
  }
}
