import { sql, type Kysely } from 'kysely';
import type { NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { CommandResult } from '../command.ts';
import { statusWithoutFurtherCall } from '../rules/round-progress.ts';
import type { Schema } from '../schema.ts';
import type { At, Change } from '../tracker.ts';
import { answer } from './answer.ts';
import { progressOf, type RoundRow } from './round-row.ts';
import { endRound } from './round-statuses.ts';

/** Rows that one command changes at most, so that it never holds up an accept for long. */
export const ERASED_AT_ONCE = 500;
/** Of those, rounds that are alive and have to be ended. */
const ENDED_AT_ONCE = 100;

/** A number that is to be forgotten. */
export type EraseInput = At & { readonly phone: PhoneNumber };

/** Ends what is alive for a number, then removes number and texts wherever they stand. Returns how many rows changed. */
export async function erase(trx: Kysely<Schema>, command: EraseInput): Promise<CommandResult<number>> {
  const { ended, changes } = await endAlive(trx, command);
  let room = ERASED_AT_ONCE - ended;
  room -= await eraseRounds(trx, command, room);
  room -= await eraseAttempts(trx, command, room);
  room -= await eraseCalls(trx, 'phone1', command, room);
  room -= await eraseCalls(trx, 'phone2', command, room);
  room -= await eraseLegs(trx, command, room);
  room -= await eraseHandled(trx, command, room);
  return answer(ERASED_AT_ONCE - room, { changes, callsQueued: ended > 0 });
}

async function endAlive(
  trx: Kysely<Schema>,
  { now, phone }: EraseInput,
): Promise<{ readonly ended: number; readonly changes: readonly Change[] }> {
  const rounds = await trx
    .selectFrom('round')
    .selectAll()
    .where('phone', '=', phone)
    .where('state', '<>', sql.lit('final'))
    .orderBy('id')
    .limit(ENDED_AT_ONCE)
    .execute();
  // What waits ends as soon as it would start: first in line is the call that is alive before it.
  for (const round of rounds.filter(({ state }) => state === 'waiting')) {
    await trx.updateTable('round').set({ end_requested: 'canceled' }).where('id', '=', round.id).execute();
  }
  const alive = rounds.filter(({ state }) => state !== 'waiting');
  const changes: Change[] = [];
  for (const round of alive) changes.push(...(await endRound(trx, round, await lastStatuses(trx, round), 'canceled', {}, now)));
  return { ended: alive.length, changes };
}

/** A round whose call is alive ends as if that had been hung up. Source: [reading 39]. */
async function lastStatuses(trx: Kysely<Schema>, round: RoundRow): Promise<readonly NotificationStatus[]> {
  if (round.state !== 'dialling') return [statusWithoutFurtherCall(progressOf(round))];
  const attempt = await trx
    .selectFrom('attempt')
    .select('rang_at')
    .where('round_id', '=', round.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const result = attempt?.rang_at == null ? 'Unreachable' : 'Unanswered';
  return round.status === 'Active' ? [result] : ['Active', result];
}

async function eraseRounds(trx: Kysely<Schema>, { phone }: EraseInput, room: number): Promise<number> {
  const ofPhone = trx.selectFrom('round').select('id').where('phone', '=', phone).limit(room);
  // What waits and what is over have an index each.
  const waiting = await ofPhone.where('state', '<>', sql.lit('final')).where('state', '=', sql.lit('waiting')).execute();
  const final = await ofPhone.where('state', '=', sql.lit('final')).execute();
  const rows = [...waiting, ...final].slice(0, room);
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await trx.updateTable('round').set({ phone: null, text: null }).where('id', 'in', ids).execute();
  return ids.length;
}

async function eraseAttempts(trx: Kysely<Schema>, { phone }: EraseInput, room: number): Promise<number> {
  const rows = await trx
    .selectFrom('attempt')
    .select('attempt')
    .where('phone', '=', phone)
    .where('ended_at', 'is not', null)
    .limit(room)
    .execute();
  const ids = rows.map((row) => row.attempt);
  if (ids.length > 0) await trx.updateTable('attempt').set({ phone: null }).where('attempt', 'in', ids).execute();
  return ids.length;
}

async function eraseCalls(trx: Kysely<Schema>, which: 'phone1' | 'phone2', { phone }: EraseInput, room: number): Promise<number> {
  const rows = await trx.selectFrom('call').select('id').where(which, '=', phone).limit(room).execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0)
    await trx
      .updateTable('call')
      .set({ [which]: null })
      .where('id', 'in', ids)
      .execute();
  return ids.length;
}

/** Legs of a live call hold their channel until it ends. */
async function eraseLegs(trx: Kysely<Schema>, { phone }: EraseInput, room: number): Promise<number> {
  const rows = await trx
    .selectFrom('call_leg')
    .select('id')
    .where('phone', '=', phone)
    .where('ended_at', 'is not', null)
    .limit(room)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await trx.deleteFrom('call_leg').where('id', 'in', ids).execute();
  return ids.length;
}

async function eraseHandled(trx: Kysely<Schema>, { phone }: EraseInput, room: number): Promise<number> {
  if (room === 0) return 0;
  const { numDeletedRows } = await trx.deleteFrom('handled').where('phone', '=', phone).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
