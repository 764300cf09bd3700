import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A clock on which time passes `factor` times as fast: for tests that join real sockets and files with a phone network
 * whose calls last seconds. The shape of every package's `Clock`.
 */
export class FasterClock {
  readonly #factor: number;
  readonly #wall: number;
  readonly #start = performance.now();

  /** @param now - the wall clock's start, UTC, milliseconds since 1970 */
  constructor(factor: number, now: number = Date.now()) {
    this.#factor = factor;
    this.#wall = now;
  }

  now(): number {
    return Math.floor(this.#wall + this.monotonic());
  }

  monotonic(): number {
    return (performance.now() - this.#start) * this.#factor;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await sleep(ms / this.#factor, undefined, signal === undefined ? {} : { signal });
  }
}
