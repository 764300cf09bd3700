/** The pauses between tries, milliseconds; the last one repeats. */
const DEFAULT_SCHEDULE_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What {@link backoffMs} is told. */
export interface BackoffOptions {
  /** A number from 0 (included) to 1 (excluded), such as `Math.random`. */
  readonly random: () => number;
  /** Pauses in milliseconds; the last one repeats. @defaultValue 500, 1,000, 2,000, 5,000, 10,000, 30,000 */
  readonly scheduleMs?: readonly number[];
  /** How far a pause may be off, as a share of it, 0–1: 0.2 is ±20 %. @defaultValue 0.2 */
  readonly jitter?: number;
}

/**
 * How long to wait before the next try.
 *
 * @param attempt - failed tries so far, less one: 0 after the first failure.
 * @returns whole milliseconds.
 * @throws RangeError when `attempt` is not a whole number from 0, the schedule is empty or holds anything but positive numbers, or `jitter` is not 0–1.
 *
 * Source: [reading 34].
 */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  const { random, scheduleMs = DEFAULT_SCHEDULE_MS, jitter = 0.2 } = options;
  if (!Number.isInteger(attempt) || attempt < 0) throw new RangeError(`backoffMs: attempt is a whole number from 0, got ${attempt}`);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`backoffMs: jitter is a share from 0 to 1, got ${jitter}`);
  const pause = scheduleMs[Math.min(attempt, scheduleMs.length - 1)];
  if (pause === undefined || !(pause > 0 && pause < Infinity)) {
    throw new RangeError(`backoffMs: scheduleMs is one or more positive numbers of milliseconds, got [${scheduleMs.join(', ')}]`);
  }
  return Math.round(pause * (1 + jitter * (2 * random() - 1)));
}
