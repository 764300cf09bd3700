import type { Clock } from '../src/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is turned; sleepers wake one after the other, each at its own time. */
export class TurnedClock implements Clock {
  #elapsed = 0;
  readonly #start = Date.UTC(2026, 10, 22, 12, 0, 0);
  readonly #sleepers = new Set<Sleeper>();

  get sleeping(): number {
    return this.#sleepers.size;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { due: this.#elapsed + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers.delete(sleeper);
      reject(signal.reason as Error);
    });
    return promise;
  }

  async turn(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    for (;;) {
      await settled();
      let next: Sleeper | undefined;
      for (const sleeper of this.#sleepers) {
        if (sleeper.due <= until && (next === undefined || sleeper.due < next.due)) next = sleeper;
      }
      if (next === undefined) break;
      this.#sleepers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.wake();
    }
    this.#elapsed = until;
    await settled();
  }
}

/** Everything that only waits for promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
