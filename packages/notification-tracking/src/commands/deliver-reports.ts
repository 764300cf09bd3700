import { sql, type Kysely, type Selectable } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { Report, ReportEvidence } from '../notification.ts';
import { CLAIM_LIMIT_MS, FOREIGN_CLAIM_LIMIT_MS } from '../rules/claims.ts';
import { judgeSending, showsAcknowledging } from '../rules/report-delivery.ts';
import type { ReportTable, Schema } from '../schema.ts';
import type { At, Guarded, Owner, SettledReport } from '../tracker.ts';
import { answer } from './answer.ts';
import type { Judged } from './command-input.ts';
import { locksRows } from './locks-rows.ts';
import { promoteReport } from './round-statuses.ts';

/** A report as it is stored. */
export type ReportRow = Selectable<ReportTable>;

/** A report as it is shown. */
export function reportOf(row: ReportRow): Report {
  return {
    reportId: row.report_id,
    columnId: row.column_id,
    guid: row.guid,
    status: row.status,
    changedAt: row.changed_at,
    repeat: row.repeat === 1,
    state: row.state,
    tries: row.tries,
    ...(row.last_evidence === null ? {} : { lastEvidence: row.last_evidence }),
    ...(row.settled_at === null ? { nextTryAt: row.next_try_at } : { settledAt: row.settled_at }),
  };
}

/** What a report is when nobody sends it. */
export const UNCLAIMED_REPORT = { state: 'pending', claimed_at: null, node: null, token: null } as const;

/** A sender asks for work. */
export type ClaimReportsInput = At &
  Owner &
  Judged & { readonly columnId: string; readonly limit: number; readonly holds?: readonly number[] };

/** Claims the reports of a column that are due: at most one per GUID, none whose predecessor is undelivered. Source: [reading 34]. */
export async function claimReports(
  trx: Kysely<Schema>,
  command: ClaimReportsInput,
): Promise<CommandResult<{ reports: readonly Report[]; nextAt?: number }>> {
  const { now, node, token, columnId, limit, policy } = command;
  await trx
    .updateTable('report')
    .set(UNCLAIMED_REPORT)
    .where('state', '=', sql.lit('claimed'))
    .where('claimed_at', '<', now - CLAIM_LIMIT_MS)
    .where((or) => or.or([or('node', '=', node), or('claimed_at', '<', now - FOREIGN_CLAIM_LIMIT_MS)]))
    .execute();
  if (command.holds !== undefined) await giveBackAllBut(trx, command, command.holds);
  if (policy.delivery.coalesceLate) await supersedeLate(trx, columnId, limit, now);

  // One more than asked for tells when there is more to do.
  let free = heads(trx, columnId)
    .selectAll()
    .limit(limit + 1);
  // Another node may be claiming at this moment: each takes what the other has not.
  if (locksRows(trx)) free = free.forUpdate().skipLocked();
  const waiting = await free.execute();
  const due = waiting.slice(0, limit).filter((row) => row.next_try_at <= now);
  if (due.length > 0) {
    await trx
      .updateTable('report')
      .set({ state: 'claimed', claimed_at: now, node, token })
      .where(
        'report_id',
        'in',
        due.map((row) => row.report_id),
      )
      .execute();
  }
  const reports = due.toSorted((one, other) => one.report_id - other.report_id).map((row) => reportOf({ ...row, state: 'claimed' }));
  const next = waiting[due.length];
  return answer({ reports, ...(next === undefined ? {} : { nextAt: next.next_try_at }) });
}

/** An earlier claim whose answer was lost has claimed what nobody sends now. */
async function giveBackAllBut(trx: Kysely<Schema>, { node, token, columnId }: ClaimReportsInput, holds: readonly number[]): Promise<void> {
  let claimed = trx
    .updateTable('report')
    .set(UNCLAIMED_REPORT)
    .where('state', '=', sql.lit('claimed'))
    .where('column_id', '=', columnId)
    .where('node', '=', node)
    .where('token', '=', token);
  if (holds.length > 0) claimed = claimed.where('report_id', 'not in', holds);
  await claimed.execute();
}

/** The reports of a column that may be sent, the one that is due longest first. */
function heads(trx: Kysely<Schema>, columnId: string) {
  return trx
    .selectFrom('report')
    .where('column_id', '=', columnId)
    .where('head', '=', sql.lit(1))
    .where('state', '=', sql.lit('pending'))
    .orderBy('next_try_at')
    .orderBy('report_id');
}

/** Drops due non-final reports behind which a newer one of their GUID already waits. */
async function supersedeLate(trx: Kysely<Schema>, columnId: string, limit: number, now: number): Promise<void> {
  const due = await heads(trx, columnId).selectAll().where('next_try_at', '<=', now).limit(limit).execute();
  for (const head of due) {
    const owed = await trx
      .selectFrom('report')
      .select(['report_id', 'final'])
      .where('thread', '=', head.thread)
      .where('settled_at', 'is', null)
      .orderBy('report_id')
      .execute();
    // Up to the first final one, or to the newest: that one is always sent.
    const firstKept = owed.findIndex((row, index) => row.final === 1 || index === owed.length - 1);
    const dropped = owed.slice(0, firstKept).map((row) => row.report_id);
    if (dropped.length === 0) continue;
    await trx.updateTable('report').set({ state: 'superseded', head: 0, settled_at: now }).where('report_id', 'in', dropped).execute();
    await promoteReport(trx, head);
  }
}

/** A report was sent, and this was seen. */
export type SettleReportInput = At &
  Judged &
  Guarded & { readonly reportId: number; readonly evidence: ReportEvidence; readonly address: string; readonly random: number };

/** Judges a sending; undefined for a report that does not exist. A report that is settled stays so. Source: [TN-17, reading 34]. */
export async function settleReport(trx: Kysely<Schema>, command: SettleReportInput): Promise<CommandResult<SettledReport | undefined>> {
  const { now, evidence, address, random, policy } = command;
  let report = trx.selectFrom('report').selectAll().where('report_id', '=', command.reportId);
  // Who settles the same report beside us waits, and finds it settled.
  if (locksRows(trx)) report = report.forUpdate();
  const [row, known] = await Promise.all([report.executeTakeFirst(), acknowledgingSince(trx, address)]);
  if (row === undefined) return answer(undefined);
  if (row.settled_at !== null) return answer({ state: row.state });

  const everAcknowledged = known !== undefined || (await remembersAcknowledging(trx, address, evidence, now));
  const tries = row.tries + 1;
  const refusals = row.refusals + (evidence === 'refused' ? 1 : 0);
  const verdict = judgeSending({ tries, refusals, owedAt: row.owed_at }, evidence, everAcknowledged, random, now, policy.delivery);
  const settled = verdict.state !== 'pending';
  if (verdict.state !== 'delivered' && !claimIsOf(row, command)) return answer({ state: row.state, nextTryAt: row.next_try_at });
  await trx
    .updateTable('report')
    .set({
      state: verdict.state,
      tries,
      refusals,
      last_evidence: evidence,
      claimed_at: null,
      node: null,
      token: null,
      ...(verdict.state === 'pending' ? { next_try_at: verdict.nextTryAt } : { settled_at: now, head: 0 as const }),
    })
    .where('report_id', '=', row.report_id)
    .execute();
  if (!settled) return answer(verdict);
  await promoteReport(trx, row);
  return answer({ state: verdict.state }, { reportsOwedIn: [row.column_id] });
}

/** Whether the report is still with its sender; one that does not say who it is, is believed. */
function claimIsOf(row: ReportRow, { node, token }: Guarded): boolean {
  return node === undefined || (row.state === 'claimed' && row.node === node && row.token === token);
}

/** When this address first answered with an ACK. */
function acknowledgingSince(trx: Kysely<Schema>, address: string): Promise<{ readonly since: number } | undefined> {
  return trx.selectFrom('acknowledging_address').select('since').where('address', '=', address).executeTakeFirst();
}

/** Whether this address has answered with an ACK now; remembered from then on. */
async function remembersAcknowledging(trx: Kysely<Schema>, address: string, evidence: ReportEvidence, now: number): Promise<boolean> {
  if (!showsAcknowledging(evidence)) return false;
  await trx
    .insertInto('acknowledging_address')
    .values({ address, since: now })
    .onConflict((conflict) => conflict.column('address').doNothing())
    .execute();
  return true;
}

/** Dead letters to be tried again: one, a column's, or all. */
export type RedriveInput = At & { readonly reportId?: number; readonly columnId?: string };

/** Dead letters that one redrive takes at most, oldest first. */
export const REDRIVEN_AT_ONCE = 10_000;
/** Threads of one statement. */
const THREADS_AT_ONCE = 2_000;

/** Makes dead letters pending again, but none that a later report of its GUID has overtaken. Returns how many. */
export async function redrive(trx: Kysely<Schema>, command: RedriveInput): Promise<CommandResult<number>> {
  const { now, reportId, columnId } = command;
  const letters = await trx
    .updateTable('report')
    .set({ state: 'pending', settled_at: null, refusals: 0, owed_at: now, next_try_at: now })
    .where('report_id', 'in', (from) =>
      from
        .selectFrom('report as letter')
        .select('letter.report_id')
        .where('letter.state', '=', sql.lit('dead'))
        .$if(reportId !== undefined, (query) => query.where('letter.report_id', '=', reportId ?? 0))
        .$if(columnId !== undefined, (query) => query.where('letter.column_id', '=', columnId ?? ''))
        .where((letter) =>
          letter.not(
            letter.exists(
              letter
                .selectFrom('report as later')
                .select('later.report_id')
                .whereRef('later.thread', '=', 'letter.thread')
                .whereRef('later.report_id', '>', 'letter.report_id')
                // One that is under way may be delivered any moment.
                .where('later.state', 'in', ['delivered', 'claimed']),
            ),
          ),
        )
        .orderBy('letter.report_id')
        .limit(REDRIVEN_AT_ONCE),
    )
    .returning(['column_id', 'thread'])
    .execute();
  const threads = [...new Set(letters.map((letter) => letter.thread))];
  for (let first = 0; first < threads.length; first += THREADS_AT_ONCE) {
    await findHeadsAnew(trx, threads.slice(first, first + THREADS_AT_ONCE));
  }
  return answer(letters.length, { reportsOwedIn: letters.map((letter) => letter.column_id) });
}

/** Dead letters of these GUIDs came back before reports that had taken their place: of each, the oldest that is owed comes first again. */
async function findHeadsAnew(trx: Kysely<Schema>, threads: readonly number[]): Promise<void> {
  const oldest = trx
    .selectFrom('report as owed')
    .select((value) => value.fn.min('owed.report_id').as('oldest'))
    .where('owed.thread', 'in', threads)
    .where('owed.settled_at', 'is', null)
    .groupBy('owed.thread');
  await trx
    .updateTable('report')
    .set((value) => ({ head: value.case().when('report_id', 'in', oldest).then(sql.lit<1>(1)).else(sql.lit<0>(0)).end() }))
    .where('thread', 'in', threads)
    .where('settled_at', 'is', null)
    .execute();
}
