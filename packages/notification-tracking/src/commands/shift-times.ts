import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import type { At } from '../tracker.ts';
import { answer } from './answer.ts';

/** The wall clock was set: forward, or back by a negative number of milliseconds. */
export type ShiftTimesInput = At & { readonly byMs: number };

/** Moves what is due with the clock; what has happened keeps its time. */
export async function shiftTimes(trx: Kysely<Schema>, { byMs }: ShiftTimesInput): Promise<CommandResult<undefined>> {
  await trx
    .updateTable('round')
    .set((row) => ({
      expires_at: row('expires_at', '+', byMs),
      next_attempt_at: row('next_attempt_at', '+', byMs),
      claimed_at: row('claimed_at', '+', byMs),
    }))
    .where('state', '<>', sql.lit('final'))
    .execute();
  const reports = await trx
    .updateTable('report')
    .set((row) => ({
      owed_at: row('owed_at', '+', byMs),
      next_try_at: row('next_try_at', '+', byMs),
      claimed_at: row('claimed_at', '+', byMs),
    }))
    .where('settled_at', 'is', null)
    .returning('column_id')
    .execute();
  return answer(undefined, { callsQueued: true, reportsOwedIn: reports.map((report) => report.column_id) });
}
