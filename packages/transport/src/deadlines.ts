import type { Clock } from './clock.ts';

/** One moment at which something is given up. */
export interface Deadline {
  /** On the monotonic clock, milliseconds. */
  readonly at: number;
  readonly expired: () => void;
}

/** Any number of deadlines on one sleep of the clock. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #wakeAt = Infinity;
  #sleeping: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expired` once, `ms` from now, unless it is cancelled. */
  after(ms: number, expired: () => void): Deadline {
    const deadline = { at: this.#clock.monotonic() + ms, expired };
    this.#open.add(deadline);
    if (deadline.at < this.#wakeAt) this.#sleep(deadline.at);
    return deadline;
  }

  /** Forgets a deadline; one that has passed, or none, is left alone. */
  cancel(deadline: Deadline | undefined): void {
    if (deadline !== undefined) this.#open.delete(deadline);
  }

  /** Forgets them all and wakes no more. */
  stop(): void {
    this.#open.clear();
    this.#wakeAt = Infinity;
    this.#sleeping?.abort();
    this.#sleeping = undefined;
  }

  #sleep(at: number): void {
    this.#sleeping?.abort();
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    this.#wakeAt = at;
    this.#clock.sleep(Math.max(0, Math.ceil(at - this.#clock.monotonic())), sleeping.signal).then(
      () => {
        if (this.#sleeping === sleeping) this.#wake();
      },
      // An aborted sleep was replaced by an earlier one, or stopped.
      () => undefined,
    );
  }

  #wake(): void {
    this.#sleeping = undefined;
    this.#wakeAt = Infinity;
    const now = this.#clock.monotonic();
    const due: Deadline[] = [];
    let next = Infinity;
    for (const deadline of this.#open) {
      if (deadline.at <= now) due.push(deadline);
      else next = Math.min(next, deadline.at);
    }
    for (const deadline of due) this.#open.delete(deadline);
    if (next < Infinity) this.#sleep(next);
    for (const deadline of due) deadline.expired();
  }
}
