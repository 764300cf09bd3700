import { Alarm } from './alarm.ts';
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
  readonly #alarm: Alarm;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.#wake());
  }

  /** Calls `expired` once, `ms` from now, unless it is cancelled. */
  after(ms: number, expired: () => void): Deadline {
    const deadline = { at: this.#clock.monotonic() + ms, expired };
    this.#open.add(deadline);
    this.#alarm.by(deadline.at);
    return deadline;
  }

  /** Forgets a deadline; one that has passed, or none, is left alone. */
  cancel(deadline: Deadline | undefined): void {
    if (deadline !== undefined) this.#open.delete(deadline);
  }

  /** Forgets them all and wakes no more. */
  stop(): void {
    this.#open.clear();
    this.#alarm.stop();
  }

  #wake(): void {
    const now = this.#clock.monotonic();
    const due: Deadline[] = [];
    let next = Infinity;
    for (const deadline of this.#open) {
      if (deadline.at <= now) due.push(deadline);
      else next = Math.min(next, deadline.at);
    }
    for (const deadline of due) this.#open.delete(deadline);
    if (next < Infinity) this.#alarm.by(next);
    for (const deadline of due) deadline.expired();
  }
}
