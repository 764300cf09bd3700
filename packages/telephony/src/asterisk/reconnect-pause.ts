/** First pause after a lost connection, milliseconds; doubles up to the longest. */
const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A connection that lasted so long was a good one: the pauses begin anew, milliseconds. */
const GOOD_MS = 30_000;

/**
 * How long to wait before connecting again.
 *
 * @param failures connections in a row that failed or did not last; 1 for the first
 * @param random in [0, 1); spreads the pause between half of it and all of it
 */
export function reconnectPauseMs(failures: number, random: number): number {
  const pauseMs = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_MS);
  return pauseMs * (0.5 + random / 2);
}

/** Whether a connection lasted long enough for the next pause to be short. */
export function wasGood(lastedMs: number): boolean {
  return lastedMs >= GOOD_MS;
}
