import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { CommandResult } from '../command.ts';
import { CLAIM_LIMIT_MS, FOREIGN_CLAIM_LIMIT_MS } from '../rules/claims.ts';
import { CALLEE_WINDOW_MS } from '../rules/limits.ts';
import { statusWithoutFurtherCall } from '../rules/round-progress.ts';
import { channelsFree, columnsInTurn, fullRoutes, whoIsNext, type LegInUse, type WaitingColumn } from '../rules/who-is-next.ts';
import type { Schema } from '../schema.ts';
import type { At, Change, ClaimCallResult, Owner } from '../tracker.ts';
import { answer } from './answer.ts';
import { UNCLAIMED } from './attempt.ts';
import type { Judged } from './command-input.ts';
import { intentsBefore, refuseIntent } from './intents.ts';
import { ownerColumns, requireLease } from './lease.ts';
import { legsInUse } from './placed-legs.ts';
import { isDiallable, progressOf, type DiallableRow, type RoundRow } from './round-row.ts';
import { endRound } from './round-statuses.ts';
import { readSettings } from './settings.ts';

/** Expired rounds that one call ends at most; the next call goes on. */
const EXPIRED_AT_ONCE = 100;
/** When to look again at a number that is over its limit, ms. */
const LIMITED_NUMBER_RETRY_MS = 60_000;

/** A dialler asks for work. */
export type ClaimCallInput = At & Owner & Judged & { readonly expireOnly?: boolean };

/** Ends what is out of time, then claims the next round for a free channel. */
export async function claimCall(trx: Kysely<Schema>, command: ClaimCallInput): Promise<CommandResult<ClaimCallResult>> {
  const { now, policy } = command;
  await giveBackForgottenClaims(trx, command);
  const [expired, forgotten] = await Promise.all([
    expiredRounds(trx, now),
    intentsBefore(trx, now - CLAIM_LIMIT_MS),
    requireLease(trx, command),
  ]);
  for (const { id } of forgotten) await refuseIntent(trx, id, now);
  const changes = await endExpired(trx, expired, now);
  const [nextExpiry, { dialling }, inUse, queued] = await Promise.all([
    firstExpiry(trx),
    readSettings(trx),
    legsInUse(trx),
    queuedColumns(trx),
  ]);
  const nothing = (nextAt?: number): CommandResult<ClaimCallResult> => {
    const times = [nextAt, nextExpiry].filter((time) => time !== undefined);
    return answer(times.length === 0 ? {} : { nextAt: Math.max(now, Math.min(...times)) }, { changes });
  };
  if (nextExpiry === undefined) return nothing();

  if (!dialling.enabled || command.expireOnly === true) return nothing();
  const columns = queued.filter(({ columnId }) => channelsFree([{ columnId }], inUse, policy.capacity, 'notification'));
  if (columns.length === 0) return nothing();

  const next = await firstInTurn(trx, columns, inUse, command);
  if (next === undefined) return nothing(await nextDue(trx, columns, inUse, command));

  await trx
    .updateTable('round')
    .set({ state: 'claimed', claimed_at: now, ...ownerColumns(command), stale_claim: 0 })
    .where('id', '=', next.id)
    .execute();
  await takeTurn(trx, next.column_id);
  return answer(
    {
      call: {
        roundId: next.id,
        columnId: next.column_id,
        guid: next.guid,
        phone: next.phone,
        text: next.text,
        attemptNumber: next.attempts + 1,
        expiresAt: next.expires_at,
      },
    },
    { changes },
  );
}

/** Asks the columns in turn, so that most often one query finds who is next. */
async function firstInTurn(
  trx: Kysely<Schema>,
  columns: readonly WaitingColumn[],
  inUse: readonly LegInUse[],
  command: ClaimCallInput,
): Promise<DiallableRow | undefined> {
  for (const column of columnsInTurn(columns, inUse)) {
    const queue = { ...column, due: await dueRounds(trx, column.columnId, inUse, command) };
    const next = whoIsNext([queue], inUse, command.policy.capacity);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** A claim that nobody came back for is given back; see {@link CLAIM_LIMIT_MS}. */
async function giveBackForgottenClaims(trx: Kysely<Schema>, { now, node }: ClaimCallInput): Promise<void> {
  await trx
    .updateTable('round')
    .set({ ...UNCLAIMED, state: 'queued' })
    .where('state', '=', sql.lit('claimed'))
    .where('claimed_at', '<', now - CLAIM_LIMIT_MS)
    .where((or) => or.or([or('node', '=', node), or('claimed_at', '<', now - FOREIGN_CLAIM_LIMIT_MS)]))
    .execute();
}

function expiredRounds(trx: Kysely<Schema>, now: number): Promise<RoundRow[]> {
  return trx
    .selectFrom('round')
    .selectAll()
    .where('state', '=', sql.lit('queued'))
    .where('expires_at', '<', now)
    .orderBy('expires_at')
    .limit(EXPIRED_AT_ONCE)
    .execute();
}

async function endExpired(trx: Kysely<Schema>, expired: readonly RoundRow[], now: number): Promise<Change[]> {
  const changes: Change[] = [];
  for (const round of expired)
    changes.push(...(await endRound(trx, round, [statusWithoutFurtherCall(progressOf(round))], 'expired', {}, now)));
  return changes;
}

/** When the first queued round is out of time; undefined when none is queued. */
async function firstExpiry(trx: Kysely<Schema>): Promise<number | undefined> {
  const row = await trx
    .selectFrom('round')
    .select('expires_at')
    .where('state', '=', sql.lit('queued'))
    .orderBy('expires_at')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : row.expires_at + 1;
}

/** Columns with queued rounds, each found by one step in the index, however many rounds they have. */
async function queuedColumns(trx: Kysely<Schema>): Promise<WaitingColumn[]> {
  const rows = await trx
    .withRecursive('queued_column(column_id)', (db) =>
      db
        .selectFrom('round')
        .select((value) => value.fn.min<string | null>('column_id').as('column_id'))
        .where('state', '=', sql.lit('queued'))
        .unionAll(
          db
            .selectFrom('queued_column')
            .select((from) =>
              from
                .selectFrom('round')
                .select((value) => value.fn.min<string | null>('round.column_id').as('column_id'))
                .where('round.state', '=', sql.lit('queued'))
                .whereRef('round.column_id', '>', 'queued_column.column_id')
                .as('column_id'),
            )
            .where('queued_column.column_id', 'is not', null),
        ),
    )
    .selectFrom('queued_column')
    .leftJoin('column_turn', 'column_turn.column_id', 'queued_column.column_id')
    .select(['queued_column.column_id', 'column_turn.turn'])
    .where('queued_column.column_id', 'is not', null)
    .execute();
  // Columns whose turn is the same stand in the order of their names, on both databases.
  return rows
    .map((row) => ({ columnId: String(row.column_id), turn: row.turn ?? 0 }))
    .toSorted((one, other) => (one.columnId < other.columnId ? -1 : 1));
}

function phonesOf(inUse: readonly LegInUse[]): PhoneNumber[] {
  return inUse.map((leg) => leg.phone).filter((phone) => phone !== undefined);
}

/** A round is to be called by none of these routes. */
function notBy(routes: readonly string[]): (round: ExpressionBuilder<Schema, 'round'>) => Expression<SqlBool> {
  return (round) => round.or([round('route', 'is', null), round('route', 'not in', routes)]);
}

/** The first due round of a column whose phone is free and not over its limit, and whose route has a channel. */
async function dueRounds(
  trx: Kysely<Schema>,
  columnId: string,
  inUse: readonly LegInUse[],
  { now, policy }: ClaimCallInput,
): Promise<DiallableRow[]> {
  const busy = phonesOf(inUse);
  const limit = policy.limits.perCalleePerHour;
  let query = trx
    .selectFrom('round')
    .selectAll()
    .where('state', '=', sql.lit('queued'))
    .where('column_id', '=', columnId)
    .where('next_attempt_at', '<=', now)
    // More may be out of time than one call ends.
    .where('expires_at', '>=', now)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(1);
  if (busy.length > 0) query = query.where('phone', 'not in', busy);
  const full = fullRoutes(inUse, policy.capacity);
  if (full.length > 0) query = query.where(notBy(full));
  if (limit > 0) {
    const since = now - CALLEE_WINDOW_MS;
    query = query.where((from) =>
      from(
        sql<number>`${from
          .selectFrom('attempt')
          .select((value) => value.fn.countAll<number>().as('count'))
          .whereRef('attempt.phone', '=', 'round.phone')
          .where('attempt.started_at', '>', since)
          .where((or) => or.or([or('attempt.outcome', 'is', null), or('attempt.outcome', '<>', 'trunkTrouble')]))} + ${from
          .selectFrom('call_leg')
          .select((value) => value.fn.countAll<number>().as('count'))
          .whereRef('call_leg.phone', '=', 'round.phone')
          .where('call_leg.started_at', '>', since)}`,
        '<',
        limit,
      ),
    );
  }
  return (await query.execute()).filter(isDiallable);
}

/** When a round of these columns becomes due, or a limited number may be free again. */
async function nextDue(
  trx: Kysely<Schema>,
  columns: readonly { readonly columnId: string }[],
  inUse: readonly LegInUse[],
  { now, policy }: ClaimCallInput,
): Promise<number | undefined> {
  const busy = new Set(phonesOf(inUse));
  const full = fullRoutes(inUse, policy.capacity);
  const times: number[] = [];
  for (const { columnId } of columns) {
    const queue = trx
      .selectFrom('round')
      .select(['next_attempt_at', 'phone'])
      .where('state', '=', sql.lit('queued'))
      .where('column_id', '=', columnId)
      .orderBy('next_attempt_at')
      .limit(1);
    const later = await queue.where('next_attempt_at', '>', now).executeTakeFirst();
    if (later?.next_attempt_at != null) times.push(later.next_attempt_at);
    let dueNow = queue.where('next_attempt_at', '<=', now).limit(busy.size + 1);
    if (full.length > 0) dueNow = dueNow.where(notBy(full));
    const due = await dueNow.execute();
    // A busy phone and a full route announce their end; a number over its limit has nobody to do so.
    if (due.some((row) => row.phone !== null && !busy.has(row.phone))) times.push(now + LIMITED_NUMBER_RETRY_MS);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

async function takeTurn(trx: Kysely<Schema>, columnId: string): Promise<void> {
  const next = sql<number>`(select coalesce(max(turn), 0) + 1 from column_turn)`;
  await trx
    .insertInto('column_turn')
    .values({ column_id: columnId, turn: next })
    .onConflict((conflict) => conflict.column('column_id').doUpdateSet((row) => ({ turn: row.ref('excluded.turn') })))
    .execute();
}
