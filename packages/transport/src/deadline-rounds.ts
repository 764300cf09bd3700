import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** So many act in one turn of the event loop at most: to end a thousand sockets at once would hold up everybody else for their time. */
export const EXPIRED_A_TURN = 32;

/** Something that knows its own deadlines. */
export interface Watched {
  /** The earliest, as {@link DeadlineRounds.after} gave it; 0: none. */
  readonly nextDeadline: number;
  /** It has passed: the watched one acts, and has it no more. */
  expire(now: number): void;
}

/**
 * Deadlines of many connections on one sleep of the clock. A deadline is a number in its connection, and costs nothing else: when
 * the earliest may have come, all are asked.
 */
export class DeadlineRounds {
  readonly #clock: Clock;
  readonly #watched: Iterable<Watched>;
  readonly #alarm: Alarm;
  /** The next turn in which some are asked that had to wait for theirs. */
  #turn: NodeJS.Immediate | undefined;

  constructor(clock: Clock, watched: Iterable<Watched>) {
    this.#clock = clock;
    this.#watched = watched;
    this.#alarm = new Alarm(clock, () => this.#round());
  }

  /** The moment `ms` from now, in whole milliseconds of the monotonic clock, never 0; whoever keeps it will be asked then. */
  after(ms: number): number {
    const at = Math.ceil(this.#clock.monotonic() + ms);
    this.#alarm.by(at);
    return at;
  }

  /** How long it is until `at`, milliseconds. */
  until(at: number): number {
    return at - this.#clock.monotonic();
  }

  /** Asks nobody any more. */
  stop(): void {
    this.#alarm.stop();
    clearImmediate(this.#turn);
    this.#turn = undefined;
  }

  #round(): void {
    const now = this.#clock.monotonic();
    const due: Watched[] = [];
    let next = Infinity;
    let more = false;
    for (const watched of this.#watched) {
      const at = watched.nextDeadline;
      if (at === 0) continue;
      if (at > now) next = Math.min(next, at);
      else if (due.length < EXPIRED_A_TURN) due.push(watched);
      else more = true;
    }
    this.#alarm.by(next);
    if (more)
      this.#turn ??= setImmediate(() => {
        this.#turn = undefined;
        this.#round();
      });
    for (const watched of due) {
      watched.expire(now);
      const { nextDeadline } = watched;
      if (nextDeadline > 0) this.#alarm.by(nextDeadline);
    }
  }
}
