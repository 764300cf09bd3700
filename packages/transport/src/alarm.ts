import type { Clock } from './clock.ts';

/** One sleep of the clock, up to the earliest of the moments it was asked for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #sleeping: AbortController | undefined;

  /** @param ring - called when the moment has come; only then may a later one be asked for */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `at`, on the monotonic clock, or at an earlier moment that was asked for before. */
  by(at: number): void {
    if (at >= this.#at) return;
    this.#sleeping?.abort();
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    this.#at = at;
    this.#clock.sleep(Math.max(0, Math.ceil(at - this.#clock.monotonic())), sleeping.signal).then(
      () => {
        if (this.#sleeping !== sleeping) return;
        this.#sleeping = undefined;
        this.#at = Infinity;
        this.#ring();
      },
      // An aborted sleep was replaced by an earlier one, or stopped.
      () => undefined,
    );
  }

  /** Rings no more, until it is asked again. */
  stop(): void {
    this.#at = Infinity;
    this.#sleeping?.abort();
    this.#sleeping = undefined;
  }
}
