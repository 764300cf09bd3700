import { sql, type Kysely, type Selectable } from 'kysely';
import type { CanonicalGuid, PhoneNumber } from '@taxinav/codec';
import type { RedialPolicy } from '../policy.ts';
import type { RoundTable, Schema } from '../schema.ts';
import type { NewestRound } from '../rules/duplicates.ts';
import type { RoundProgress } from '../rules/round-progress.ts';
import { runCompiled } from './compiled-once.ts';

/** A round as it is stored. */
export type RoundRow = Selectable<RoundTable>;

/** A round that can be dialled: it has a number and a text. */
export type DiallableRow = RoundRow & { readonly phone: PhoneNumber; readonly text: string };

/** Whether it has what a call needs; a round that is not final always does. */
export function isDiallable(row: RoundRow): row is DiallableRow {
  return row.phone !== null && row.text !== null;
}

/** What the rules of redial know of it. */
export function progressOf(row: RoundRow): RoundProgress {
  return {
    status: row.status,
    expiresAt: row.expires_at,
    nextAttemptAt: row.next_attempt_at ?? row.accepted_at,
    attempts: row.attempts,
    unreachable: row.unreachable,
    extraAttempts: row.extra_attempts,
    trunkTroubles: row.trunk_troubles,
    wasActive: row.was_active === 1,
    ...(row.last_result === null ? {} : { lastResult: row.last_result }),
  };
}

/** The policy of redial as far as its SayText left it alone. */
export function redialOf(row: Pick<RoundRow, 'allowed_attempts'>, policy: RedialPolicy): RedialPolicy {
  return row.allowed_attempts === null ? policy : { ...policy, attempts: row.allowed_attempts };
}

/** What the rules of duplicates know of it. */
export function newestRoundOf(row: RoundRow): NewestRound {
  return {
    state: row.state,
    status: row.status,
    changedAt: row.changed_at,
    wasActive: row.was_active === 1,
    ending: row.end_requested !== null,
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(row.text === null ? {} : { text: row.text }),
    ...(row.end === null ? {} : { end: row.end }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.last_result === null ? {} : { lastResult: row.last_result }),
  };
}

/** A round by its id. */
export function roundById(trx: Kysely<Schema>, id: number): Promise<RoundRow | undefined> {
  return trx.selectFrom('round').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The key that notifications are kept by. */
interface NotificationKey {
  readonly columnId: string;
  readonly canonicalGuid: CanonicalGuid;
}

/** The two newest rounds of a GUID, the newest first: a waiting one, if any, stands before the one it waits for. */
export function newestRounds(trx: Kysely<Schema>, { columnId, canonicalGuid }: NotificationKey): Promise<RoundRow[]> {
  return runCompiled(trx, 'newestRounds', [canonicalGuid, columnId], () =>
    trx
      .selectFrom('round')
      .selectAll()
      .where('canonical_guid', '=', canonicalGuid)
      .where('column_id', '=', columnId)
      .orderBy('round', 'desc')
      // A limit that is a parameter makes SQLite prepare the statement anew each time.
      .limit(sql.lit(2)),
  );
}

/** The round that waits behind this one, if any. */
export function waitingBehind(trx: Kysely<Schema>, row: RoundRow): Promise<RoundRow | undefined> {
  if (row.latest === 1) return Promise.resolve(undefined);
  return trx
    .selectFrom('round')
    .selectAll()
    .where('canonical_guid', '=', row.canonical_guid)
    .where('column_id', '=', row.column_id)
    .where('state', '=', sql.lit('waiting'))
    .executeTakeFirst();
}
