import type { Clock } from '@taxinav/transport';

/** Lets a loop sleep until there is work: a `wake` during the work before is not lost. */
export class WakeUp {
  readonly #clock: Clock;
  #woken = false;
  #sleeper: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#sleeper?.abort();
  }

  /** Returns after `ms`, or at the next `wake`, or when `signal` aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      const sleeper = new AbortController();
      this.#sleeper = sleeper;
      const stop = (): void => sleeper.abort();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await this.#clock.sleep(Math.max(0, ms), sleeper.signal);
      } catch (error) {
        if (!sleeper.signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', stop);
        this.#sleeper = undefined;
      }
    }
    this.#woken = false;
  }
}
