import { TrackingError } from '@taxinav/notification-tracking';
import { backoffMs, type Clock } from '@taxinav/transport';
import type { Logger } from './logging.ts';

/** What a command that must not be lost needs while the disk is full or the database busy. */
export interface StoringContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Aborts when the process stops: what is not stored then is settled by the next start's recovery. */
  readonly signal: AbortSignal;
}

/** What passes while the process runs. */
const PASSING: ReadonlySet<string> = new Set(['TRACKING_STORE_FULL', 'TRACKING_STORE_BUSY']);
/** A start does not wait for space on the disk: who starts it must hear of that at once. */
const BUSY: ReadonlySet<string> = new Set(['TRACKING_STORE_BUSY']);
/** A bridge that is frozen in a transaction holds it for some seconds; what takes longer needs somebody who looks. */
const START_MS = 30_000;

/** Repeats a command until it is stored: what a call did cannot be asked of it again. Other errors are passed on. */
export function untilStored<Result>(what: string, command: () => Promise<Result>, context: StoringContext): Promise<Result> {
  return repeated(what, command, context, PASSING, Infinity);
}

/** Repeats a command of the start while the database is busy, for 30 s at most; then, and with other errors, the start fails. */
export function untilStarted<Result>(what: string, command: () => Promise<Result>, context: StoringContext): Promise<Result> {
  return repeated(what, command, context, BUSY, context.clock.monotonic() + START_MS);
}

async function repeated<Result>(
  what: string,
  command: () => Promise<Result>,
  { clock, random, log, signal }: StoringContext,
  passing: ReadonlySet<string>,
  until: number,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await command();
    } catch (error) {
      const passes = error instanceof TrackingError && passing.has(error.code) && clock.monotonic() < until;
      if (!passes || signal.aborted) throw error;
      if (failures === 0) log.error({ event: 'not-stored', what, code: error.code }, 'could not be stored, trying again');
      await clock.sleep(backoffMs(failures, { random }), signal);
    }
  }
}
