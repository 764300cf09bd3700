import type { Store } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import type { Logger } from './logging.ts';

/** The wall clock may part from the monotonic one by so much before due times are moved with it. */
const TOLERANCE_MS = 2_000;

/** What following the clock needs. */
export interface ClockFollowerParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Pick<Logger, 'warn'>;
  /**
   * Moves what is due. Absent on a database that several nodes share: its times are everybody's, and the clocks of the others have not
   * been set.
   */
  readonly shiftTimes?: (byMs: number) => Promise<void>;
}

/** Redials and retries that are due in a minute stay due in a minute, whatever the wall clock is set to. */
export class ClockFollower {
  readonly #parts: ClockFollowerParts;
  #wallAhead: number;
  /** When the clock was set last: by how much, and what it would have shown. */
  #set: { readonly byMs: number; readonly wouldShow: number } | undefined;

  constructor(parts: ClockFollowerParts) {
    this.#parts = parts;
    this.#wallAhead = this.#aheadNow();
  }

  /**
   * Looks whether the wall clock was set since the last look, and if so asks for the move at once: a command that is given to the store
   * after this finds its times moved, and none that it makes due by the new time is moved once more.
   */
  look(): void {
    const byMs = Math.round(this.#aheadNow() - this.#wallAhead);
    if (Math.abs(byMs) <= TOLERANCE_MS) return;
    this.#set = { byMs, wouldShow: this.#parts.clock.now() - byMs };
    this.#wallAhead += byMs;
    const { shiftTimes, log } = this.#parts;
    const moved = shiftTimes !== undefined;
    log.warn({ event: 'clock-set', byMs, moved }, 'the wall clock was set; what is due is moved with it, on a database of one node');
    // What could not be moved is moved by the next look.
    shiftTimes?.(byMs).catch(() => (this.#wallAhead -= byMs));
  }

  /** A moment as the wall clock of now has it: one that was read before the clock was set last is moved with it. */
  asNow(moment: number): number {
    if (this.#set === undefined) return moment;
    const { byMs, wouldShow } = this.#set;
    const readBefore = byMs > 0 ? moment <= wouldShow : moment > this.#parts.clock.now();
    return readBefore ? moment + byMs : moment;
  }

  #aheadNow(): number {
    const { clock } = this.#parts;
    return clock.now() - clock.monotonic();
  }
}

/** The store, with a look at the clock before each of its commands, whose time is the clock's as it is set then. */
export function lookingFirst(store: Store, follower: Pick<ClockFollower, 'look' | 'asNow'>): Store {
  return {
    failed: store.failed,
    get pressure() {
      return store.pressure ?? 'none';
    },
    run(name, command) {
      follower.look();
      const { now } = command as { readonly now?: number };
      // What a call did is told with its own time, and may have waited.
      return store.run(name, now === undefined ? command : { ...command, now: follower.asNow(now) });
    },
    read: (name, query) => store.read(name, query),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
