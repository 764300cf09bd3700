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

const PASSING = new Set<string>(['TRACKING_STORE_FULL', 'TRACKING_STORE_BUSY']);

/** Repeats a command until it is stored: what a call did cannot be asked of it again. Other errors are passed on. */
export async function untilStored<Result>(what: string, command: () => Promise<Result>, context: StoringContext): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof TrackingError && PASSING.has(error.code)) || context.signal.aborted) throw error;
      if (failures === 0) context.log.error({ event: 'not-stored', what, code: error.code }, 'could not be stored, trying again');
      await context.clock.sleep(backoffMs(failures, { random: context.random }), context.signal);
    }
  }
}
