import { sql, type Insertable, type Kysely, type Selectable, type Updateable } from 'kysely';
import type { Guid, NotificationStatus } from '@taxinav/codec';
import type { RoundEnd } from '../notification.ts';
import type { Bit, ReportTable, RoundTable, Schema, StatusChangeTable } from '../schema.ts';
import type { Change } from '../tracker.ts';
import { changeTime } from '../rules/changed-at.ts';
import { isExpired, statusWithoutFurtherCall } from '../rules/round-progress.ts';
import { insertCompiled, runCompiled } from './compiled-once.ts';
import { progressOf, waitingBehind, type RoundRow } from './round-row.ts';

type OwingRound = Pick<RoundRow, 'id' | 'column_id' | 'canonical_guid' | 'guid' | 'round'>;

/** What the reports of a GUID are kept together by: the id of its first round. */
async function threadOf(trx: Kysely<Schema>, round: OwingRound): Promise<number> {
  if (round.round === 1) return round.id;
  const [first] = await runCompiled(trx, 'firstRound', [round.canonical_guid, round.column_id], () =>
    trx
      .selectFrom('round')
      .select('id')
      .where('canonical_guid', '=', round.canonical_guid)
      .where('column_id', '=', round.column_id)
      .where('round', '=', sql.lit(1)),
  );
  if (first === undefined) throw new Error(`round ${round.round} of a GUID has no first round`);
  return first.id;
}

/** Whether a report of this thread is still owed, so that a new one has to wait behind it. */
async function owesAlready(trx: Kysely<Schema>, thread: number): Promise<boolean> {
  const rows = await runCompiled(trx, 'owesAlready', [thread], () =>
    trx.selectFrom('report').select('report_id').where('thread', '=', thread).where('settled_at', 'is', null).limit(sql.lit(1)),
  );
  return rows.length > 0;
}

function reportValues(round: OwingRound, thread: number, now: number) {
  return {
    thread,
    column_id: round.column_id,
    canonical_guid: round.canonical_guid,
    guid: round.guid,
    owed_at: now,
    next_try_at: now,
  };
}

/** What every report begins with; in the statement's text, since each value bound takes its time. */
const UNSENT = { state: sql.lit<'pending'>('pending'), tries: sql.lit(0), refusals: sql.lit(0) } as const;

/**
 * Writes status changes, in order, each with the report owed for it. `firstOfGuid`: nothing was ever owed for this GUID.
 * Source: [TN-13].
 */
export async function oweStatuses(
  trx: Kysely<Schema>,
  round: OwingRound,
  statuses: readonly { readonly status: NotificationStatus; readonly final: boolean }[],
  changedAt: number,
  now: number,
  firstOfGuid = false,
): Promise<Change[]> {
  if (statuses.length === 0) return [];
  const thread = await threadOf(trx, round);
  const changeRows = statuses.map(({ status, final }) => ({ round_id: round.id, status, final: bit(final), changed_at: changedAt }));
  const [blocked, changes] = await Promise.all([firstOfGuid ? false : owesAlready(trx, thread), insertChanges(trx, changeRows)]);
  const reportRows = changes.map(({ change, status, final }, index) => ({
    ...reportValues(round, thread, now),
    change,
    status,
    final,
    changed_at: changedAt,
    head: bit(index === 0 && !blocked),
  }));
  await runCompiled(trx, `insertReports${reportRows.length}`, reportRows.flatMap(Object.values), () =>
    trx.insertInto('report').values(reportRows.map((row) => ({ ...row, repeat: sql.lit<Bit>(0), ...UNSENT }))),
  );
  return changes.map(({ change, status, final }) => ({
    change,
    columnId: round.column_id,
    guid: round.guid,
    round: round.round,
    status,
    final: final === 1,
    changedAt,
  }));
}

type WrittenChange = Pick<Selectable<StatusChangeTable>, 'change' | 'status' | 'final'>;

async function insertChanges(trx: Kysely<Schema>, rows: readonly Insertable<StatusChangeTable>[]): Promise<readonly WrittenChange[]> {
  const [only, ...more] = rows;
  const parameters = rows.flatMap(Object.values);
  if (only !== undefined && more.length === 0) {
    const change = await insertCompiled(trx, 'insertChange', parameters, () => trx.insertInto('status_change').values(only), 'change');
    return [{ change, status: only.status, final: only.final }];
  }
  const written = await runCompiled(trx, `insertChanges${rows.length}`, parameters, () =>
    trx.insertInto('status_change').values(rows).returning(['change', 'status', 'final']),
  );
  return written.toSorted((one, other) => one.change - other.change);
}

/** Owes the last status of this round once more: a report, no change. `guid`: as it was received last. Source: [reading 33]. */
export async function oweRepeat(trx: Kysely<Schema>, round: RoundRow, now: number, guid: Guid = round.guid): Promise<void> {
  const last = await trx
    .selectFrom('status_change')
    .select(['change', 'status', 'final', 'changed_at'])
    .where('round_id', '=', round.id)
    .orderBy('change', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return;
  const thread = await threadOf(trx, round);
  await trx
    .insertInto('report')
    .values({
      ...reportValues({ ...round, guid }, thread, now),
      ...UNSENT,
      change: last.change,
      status: last.status,
      final: last.final,
      changed_at: last.changed_at,
      repeat: 1,
      head: bit(!(await owesAlready(trx, thread))),
    })
    .execute();
}

/** What a round becomes beside its status. */
export type RoundPatch = Partial<
  Pick<
    Updateable<RoundTable>,
    | 'state'
    | 'next_attempt_at'
    | 'attempts'
    | 'unreachable'
    | 'extra_attempts'
    | 'trunk_troubles'
    | 'last_result'
    | 'end_requested'
    | 'stale_claim'
    | 'claimed_at'
    | 'node'
    | 'token'
    | 'lease'
    | 'reason'
  >
>;

/** Moves a round that stays alive: owes the statuses, stores the rest. */
export async function moveRound(
  trx: Kysely<Schema>,
  round: RoundRow,
  statuses: readonly NotificationStatus[],
  patch: RoundPatch,
  now: number,
): Promise<Change[]> {
  const changedAt = changeTime(now, round.changed_at);
  const changes = await oweStatuses(
    trx,
    round,
    statuses.map((status) => ({ status, final: false })),
    changedAt,
    now,
  );
  await trx
    .updateTable('round')
    .set({ ...patch, ...statusColumns(round, statuses, changedAt) })
    .where('id', '=', round.id)
    .execute();
  return changes;
}

/** Ends a round: the last of the statuses is final. A round that waits behind it starts in the same transaction. */
export async function endRound(
  trx: Kysely<Schema>,
  round: RoundRow,
  statuses: readonly NotificationStatus[],
  end: RoundEnd,
  patch: RoundPatch,
  now: number,
): Promise<Change[]> {
  const changedAt = changeTime(now, round.changed_at);
  const changes = await oweStatuses(
    trx,
    round,
    statuses.map((status, index) => ({ status, final: index === statuses.length - 1 })),
    changedAt,
    now,
  );
  await trx
    .updateTable('round')
    .set({
      ...patch,
      ...statusColumns(round, statuses, changedAt),
      state: 'final',
      end,
      next_attempt_at: null,
      claimed_at: null,
      node: null,
      token: null,
      lease: null,
      stale_claim: 0,
    })
    .where('id', '=', round.id)
    .execute();
  const waiting = await waitingBehind(trx, round);
  return waiting === undefined ? changes : [...changes, ...(await startWaiting(trx, waiting, changedAt, now))];
}

/** A round's wait is over: it is Queued, and ended at once if it was cancelled, reached by inbound or expired meanwhile. */
async function startWaiting(trx: Kysely<Schema>, waiting: RoundRow, changedAt: number, now: number): Promise<Change[]> {
  const round: RoundRow = { ...waiting, changed_at: changedAt };
  const end = waiting.end_requested ?? (isExpired(progressOf(waiting), now) ? 'expired' : undefined);
  if (end === undefined) return moveRound(trx, round, ['Queued'], { state: 'queued', next_attempt_at: now }, now);
  return endRound(trx, round, ['Queued', statusWithoutFurtherCall(progressOf(waiting))], end, {}, now);
}

function statusColumns(round: RoundRow, statuses: readonly NotificationStatus[], changedAt: number) {
  const status = statuses.at(-1);
  if (status === undefined) return {};
  return { status, changed_at: changedAt, was_active: bit(round.was_active === 1 || statuses.includes('Active')) };
}

/** The oldest unsettled report of a GUID is the one that may be sent. */
export async function promoteReport(trx: Kysely<Schema>, { thread }: Pick<ReportTable, 'thread'>): Promise<void> {
  await trx
    .updateTable('report')
    .set({ head: 1 })
    .where('report_id', '=', (from) =>
      from
        .selectFrom('report as owed')
        .select((value) => value.fn.min('owed.report_id').as('oldest'))
        .where('owed.thread', '=', thread)
        .where('owed.settled_at', 'is', null),
    )
    .execute();
}

/** A truth value as both databases hold it. */
export function bit(value: boolean): Bit {
  return value ? 1 : 0;
}
