import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import type { At, Owner, Recovery } from '../tracker.ts';
import { answer } from './answer.ts';
import { UNCLAIMED } from './attempt.ts';
import type { Installing } from './command-input.ts';
import { installationOf, readSettings } from './settings.ts';

/** The lease's heartbeat: a counter that only grows. */
export async function renew(trx: Kysely<Schema>, command: At & Owner): Promise<CommandResult<undefined>> {
  const { node, token } = command;
  await trx
    .insertInto('node')
    .values({ node, token, beat: 1 })
    .onConflict((conflict) => conflict.column('node').doUpdateSet((value) => ({ token, beat: value('node.beat', '+', 1) })))
    .execute();
  return answer(undefined);
}

/** After a start or a lost PBX. */
export type RecoverInput = At & Owner & Installing;

/** Gives back the node's claims, and lists every call that the store believes alive. */
export async function recover(trx: Kysely<Schema>, command: RecoverInput): Promise<CommandResult<Recovery>> {
  const { now, node } = command;
  const installation = await installationOf(trx, await readSettings(trx), command.installationCandidate);
  await trx
    .updateTable('round')
    .set({ ...UNCLAIMED, state: 'queued' })
    .where('state', '=', sql.lit('claimed'))
    .where('node', '=', node)
    .execute();
  const reports = await trx
    .updateTable('report')
    .set({ state: 'pending', claimed_at: null, node: null, token: null, next_try_at: now })
    .where('state', '=', sql.lit('claimed'))
    .where('node', '=', node)
    .returning('column_id')
    .execute();
  // Sorted here: an ORDER BY would walk through all of history instead of the few that are alive.
  const attempts = await trx
    .selectFrom('attempt')
    .innerJoin('round', 'round.id', 'attempt.round_id')
    .select([
      'attempt.attempt',
      'attempt.call_id',
      'attempt.answered_at',
      'round.id',
      'round.column_id',
      'round.guid',
      // An erased round has no number; its call is reconciled all the same.
      'attempt.phone',
      'round.text',
    ])
    .where('attempt.ended_at', 'is', null)
    .execute();
  const calls = await trx.selectFrom('call').select(['id', 'call_id', 'column_id', 'kind']).where('ended_at', 'is', null).execute();
  return answer(
    {
      installation,
      attempts: attempts
        .toSorted((one, other) => one.attempt - other.attempt)
        .flatMap((row) =>
          row.call_id === null || row.phone === null
            ? []
            : [
                {
                  callId: row.call_id,
                  columnId: row.column_id,
                  roundId: row.id,
                  guid: row.guid,
                  phone: row.phone,
                  text: row.text ?? '',
                  answered: row.answered_at !== null,
                },
              ],
        ),
      calls: calls
        .toSorted((one, other) => one.id - other.id)
        .flatMap((row) =>
          row.call_id === null || row.kind === 'Call' ? [] : [{ callId: row.call_id, columnId: row.column_id, kind: row.kind }],
        ),
    },
    { reportsOwedIn: reports.map((row) => row.column_id), callsQueued: true },
  );
}
