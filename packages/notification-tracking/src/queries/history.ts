import type { Kysely, Selectable } from 'kysely';
import type { CanonicalGuid } from '@taxinav/codec';
import { reportOf, type ReportRow } from '../commands/deliver-reports.ts';
import type { RoundRow } from '../commands/round-row.ts';
import type { Attempt, NotificationHistory, Round, StatusChange } from '../notification.ts';
import type { AttemptTable, Schema, StatusChangeTable } from '../schema.ts';

/** A GUID, in one column or in all. */
export interface FindQuery {
  readonly canonicalGuid: CanonicalGuid;
  readonly columnId?: string;
}

/** Everything known under a GUID, one history per column that knows it. */
export async function find(db: Kysely<Schema>, query: FindQuery): Promise<readonly NotificationHistory[]> {
  const { canonicalGuid, columnId } = query;
  let ofGuid = db.selectFrom('round').selectAll().where('canonical_guid', '=', canonicalGuid);
  if (columnId !== undefined) ofGuid = ofGuid.where('column_id', '=', columnId);
  const rounds = await ofGuid.orderBy('column_id').orderBy('round').execute();
  if (rounds.length === 0) return [];
  const ids = rounds.map((round) => round.id);
  const attempts = await db.selectFrom('attempt').selectAll().where('round_id', 'in', ids).orderBy('attempt').execute();
  const changes = await db.selectFrom('status_change').selectAll().where('round_id', 'in', ids).orderBy('change').execute();
  const threads = rounds.filter((round) => round.round === 1).map((round) => round.id);
  const reports = await db.selectFrom('report').selectAll().where('thread', 'in', threads).orderBy('report_id').execute();
  const columns = [...new Set(rounds.map((round) => round.column_id))];
  return columns.map((column) => ({
    columnId: column,
    canonicalGuid,
    rounds: rounds.filter((round) => round.column_id === column).map((round) => roundOf(round, attempts, changes, reports)),
  }));
}

function roundOf(
  row: RoundRow,
  attempts: readonly Selectable<AttemptTable>[],
  changes: readonly Selectable<StatusChangeTable>[],
  reports: readonly ReportRow[],
): Round {
  return {
    round: row.round,
    guid: row.guid,
    state: row.state,
    peer: row.peer,
    acceptedAt: row.accepted_at,
    expiresAt: row.expires_at,
    attempts: attempts.filter((attempt) => attempt.round_id === row.id).map(attemptOf),
    changes: changes.filter((change) => change.round_id === row.id).map((change) => changeOf(change, reports)),
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(row.text === null ? {} : { text: row.text }),
    ...(row.end === null ? {} : { end: row.end }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.next_attempt_at === null || row.state !== 'queued' ? {} : { nextAttemptAt: row.next_attempt_at }),
  };
}

function attemptOf(row: Selectable<AttemptTable>): Attempt {
  return {
    attempt: row.attempt,
    callId: row.call_id ?? '',
    startedAt: row.started_at,
    counted: row.counted === 1,
    ...(row.taken_at === null ? {} : { takenAt: row.taken_at }),
    ...(row.rang_at === null ? {} : { rangAt: row.rang_at }),
    ...(row.progress_at === null ? {} : { progressAt: row.progress_at }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}

function changeOf(row: Selectable<StatusChangeTable>, reports: readonly ReportRow[]): StatusChange {
  return {
    status: row.status,
    final: row.final === 1,
    changedAt: row.changed_at,
    reports: reports.filter((report) => report.change === row.change).map(reportOf),
  };
}
