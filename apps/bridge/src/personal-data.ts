import type { Guid, PhoneNumber } from '@taxinav/codec';
import type { CancelResult, NotificationLine, Page, Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';

/** Rows of one page of a person's notifications. */
const PAGE = 500;
/** One answer takes no longer than this, ms, so that who asks is not left waiting; he asks again for the rest. */
export const ANSWER_MS = 8_000;

/** How many rows have changed, and whether there may be more. */
export interface ChangedRows {
  readonly rows: number;
  readonly more: boolean;
}

/** What removing personal data needs. */
export interface PersonalDataParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs a command that changes a few hundred rows until it changes none. Each run is a transaction of its own, so that what comes in
 * from Taxi Navigator never waits for more than one of them. Begins none after `withinMs`.
 */
export async function untilNoneIsLeft(
  command: () => Promise<number>,
  { clock, signal }: PersonalDataParts,
  withinMs: number = ANSWER_MS,
): Promise<ChangedRows> {
  const until = clock.monotonic() + withinMs;
  let rows = 0;
  while (!signal.aborted && clock.monotonic() < until) {
    const some = await command();
    if (some === 0) return { rows, more: false };
    rows += some;
  }
  return { rows, more: true };
}

/** What erasing a person needs. */
export interface ErasureParts extends PersonalDataParts {
  readonly tracker: Pick<Tracker, 'list' | 'erase'>;
  /** Ends a notification; a phone that rings for it is hung up. */
  readonly cancel: (columnId: string, guid: Guid) => Promise<CancelResult>;
}

/**
 * Removes a number and what was said to it. His notifications that are alive are canceled first, so that no phone goes on ringing for
 * somebody whom the database does not know any more; a call that was answered goes on to its end.
 */
export async function erasePerson(phone: PhoneNumber, parts: ErasureParts): Promise<ChangedRows> {
  // What waits goes first, else it is dialled as soon as the phone is hung up; and what waits again since then, last.
  for (const status of ['Queued', 'Active', 'Queued'] as const) {
    let cursor: string | undefined;
    do {
      const page: Page<NotificationLine> = await parts.tracker.list({
        phone,
        status,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const line of page.lines) if (!line.final) await parts.cancel(line.columnId, line.guid);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return await untilNoneIsLeft(() => parts.tracker.erase({ now: parts.clock.now(), phone }), parts);
}
