import { setImmediate as turn } from 'node:timers/promises';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that only a test moves. Has the shape of every package's `Clock`. */
export class FakeClock {
  #wall: number;
  #elapsed = 0;
  readonly #sleepers = new Set<Sleeper>();

  /** @param now - the wall clock's start, UTC, milliseconds since 1970 */
  constructor(now: number = Date.UTC(2026, 0, 15, 10, 0, 0)) {
    this.#wall = now;
  }

  /** How many sleeps have not ended. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** When the next sleep ends, as milliseconds from now; `undefined` when nobody sleeps. */
  get nextIn(): number | undefined {
    if (this.#sleepers.size === 0) return undefined;
    return Math.min(...[...this.#sleepers].map(({ at }) => at)) - this.#elapsed;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const stop = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        at: this.#elapsed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Lets time pass: sleeps end one after another, each at its own time, and what follows each runs before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await turn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#sleepers.delete(next);
      this.#move(next.at);
      next.wake();
      await turn();
    }
    this.#move(end);
    await turn();
  }

  /** Sets the wall clock forward or back, as an administrator or NTP does; the monotonic clock does not notice. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #move(to: number): void {
    this.#wall += to - this.#elapsed;
    this.#elapsed = to;
  }

  /** The earliest sleeper that is due by `end`; of several, the one that went to sleep first. */
  #next(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at <= end && (first === undefined || sleeper.at < first.at)) first = sleeper;
    }
    return first;
  }
}
