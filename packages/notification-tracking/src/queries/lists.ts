import { sql, type Kysely } from 'kysely';
import type { NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { CallLogLine } from '../call-log.ts';
import { reportOf } from '../commands/deliver-reports.ts';
import type { NotificationLine, Report } from '../notification.ts';
import type { Schema } from '../schema.ts';
import type { Change, Page } from '../tracker.ts';

/** Where a page starts: past the row with this id. */
interface PageQuery {
  readonly after?: number;
  readonly limit: number;
}

/** Cuts the row that shows whether there is a next page. */
function page<Row, Line>(rows: readonly Row[], limit: number, id: (row: Row) => number, line: (row: Row) => Line): Page<Line> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const lines = shown.map(line);
  return rows.length > limit && last !== undefined ? { lines, cursor: String(id(last)) } : { lines };
}

/** Which notifications to list. */
export interface ListQuery extends PageQuery {
  readonly columnId?: string;
  readonly status?: NotificationStatus;
  readonly phone?: PhoneNumber;
}

/** Which rounds a listing looks at: open and final ones are indexed apart. */
type Part = 'all' | 'open' | 'final';

/** The newest round of each GUID, the newest first. */
export async function list(db: Kysely<Schema>, query: ListQuery): Promise<Page<NotificationLine>> {
  const parts: readonly Part[] = query.status === undefined && query.phone === undefined ? ['all'] : ['open', 'final'];
  const found: Awaited<ReturnType<typeof newestOf>> = [];
  for (const part of parts) found.push(...(await newestOf(db, part, query)));
  return page(
    found.toSorted((one, other) => other.id - one.id),
    query.limit,
    (row) => row.id,
    (row) => ({
      id: row.id,
      columnId: row.column_id,
      guid: row.guid,
      status: row.status,
      final: row.state === 'final',
      rounds: row.round,
      attempts: row.attempts,
      acceptedAt: row.accepted_at,
      changedAt: row.state === 'waiting' ? row.accepted_at : row.changed_at,
      reportsOwed: row.reports_owed ?? 0,
      ...(row.phone === null ? {} : { phone: row.phone }),
      ...(row.text === null ? {} : { text: row.text }),
    }),
  );
}

async function newestOf(db: Kysely<Schema>, part: Part, query: ListQuery) {
  // Open rounds are few and found by their own index; in the order of their ids all of history would be walked through.
  const id = part === 'open' ? sql<number>`round.id + 0` : sql.ref<number>('round.id');
  let select = db
    .selectFrom('round')
    .selectAll('round')
    .select((from) =>
      from
        .selectFrom('report')
        .select((value) => value.fn.countAll<number>().as('owed'))
        .where('report.thread', '=', (first) =>
          first
            .selectFrom('round as first')
            .select('first.id')
            .whereRef('first.canonical_guid', '=', 'round.canonical_guid')
            .whereRef('first.column_id', '=', 'round.column_id')
            .where('first.round', '=', sql.lit(1)),
        )
        .where('report.settled_at', 'is', null)
        .as('reports_owed'),
    )
    .where('latest', '=', sql.lit(1))
    .orderBy(id, 'desc')
    .limit(query.limit + 1);
  if (part === 'open') select = select.where('state', '<>', sql.lit('final'));
  if (part === 'final') select = select.where('state', '=', sql.lit('final'));
  if (query.columnId !== undefined) select = select.where('column_id', '=', query.columnId);
  if (query.status !== undefined) select = select.where('status', '=', query.status);
  if (query.phone !== undefined) select = select.where('phone', '=', query.phone);
  if (query.after !== undefined) select = select.where(id, '<', query.after);
  return select.execute();
}

/** Which reports to list. */
export interface ReportsQuery extends PageQuery {
  readonly state: 'pending' | 'dead';
  readonly columnId?: string;
}

/** Reports that are owed (those under way included), or dead letters; the oldest first. */
export async function reports(db: Kysely<Schema>, query: ReportsQuery): Promise<Page<Report>> {
  let select = db
    .selectFrom('report')
    .selectAll()
    .orderBy('report_id')
    .limit(query.limit + 1);
  select = query.state === 'dead' ? select.where('state', '=', sql.lit('dead')) : select.where('settled_at', 'is', null);
  if (query.columnId !== undefined) select = select.where('column_id', '=', query.columnId);
  if (query.after !== undefined) select = select.where('report_id', '>', query.after);
  return page(await select.execute(), query.limit, (row) => row.report_id, reportOf);
}

/** Which calls to list. */
export interface CallsQuery extends PageQuery {
  readonly columnId?: string;
}

/** The call log, the newest first. */
export async function calls(db: Kysely<Schema>, query: CallsQuery): Promise<Page<CallLogLine>> {
  let select = db
    .selectFrom('call')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.columnId !== undefined) select = select.where('column_id', '=', query.columnId);
  if (query.after !== undefined) select = select.where('id', '<', query.after);
  return page(
    await select.execute(),
    query.limit,
    (row) => row.id,
    (row) => ({
      id: row.id,
      kind: row.kind,
      columnId: row.column_id,
      peer: row.peer,
      numbers: [row.phone1, row.phone2].filter((phone) => phone !== null),
      startedAt: row.started_at,
      ...(row.call_id === null ? {} : { callId: row.call_id }),
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
      ...(row.outcome === null ? {} : { outcome: row.outcome }),
      ...(row.detail === null ? {} : { detail: row.detail }),
    }),
  );
}

/** Where the feed of changes goes on. */
export interface ChangesQuery {
  readonly after: number;
  readonly limit: number;
}

/** Changes after one, the oldest first. */
export async function changes(db: Kysely<Schema>, query: ChangesQuery): Promise<readonly Change[]> {
  const rows = await db
    .selectFrom('status_change')
    .innerJoin('round', 'round.id', 'status_change.round_id')
    .select([
      'status_change.change',
      'status_change.status',
      'status_change.final',
      'status_change.changed_at',
      'round.column_id',
      'round.guid',
      'round.round',
    ])
    .where('status_change.change', '>', query.after)
    .orderBy('status_change.change')
    .limit(query.limit)
    .execute();
  return rows.map((row) => ({
    change: row.change,
    columnId: row.column_id,
    guid: row.guid,
    round: row.round,
    status: row.status,
    final: row.final === 1,
    changedAt: row.changed_at,
  }));
}
