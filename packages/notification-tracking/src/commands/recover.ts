import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import type { At, Owner, Recovery } from '../tracker.ts';
import { answer } from './answer.ts';
import { giveBackRounds } from './attempt.ts';
import type { Installing } from './command-input.ts';
import { withdrawIntentsOf } from './intents.ts';
import { requireLease } from './lease.ts';
import { giveBackReports } from './nodes.ts';
import { installationOf, readSettings } from './settings.ts';

/** After a start or a lost PBX. */
export type RecoverInput = At & Owner & Installing;

/**
 * Without a lease: gives back the node's claims and intents, and lists every call that the store believes alive. With one, for its holder:
 * gives back what was claimed under it, and lists the calls on its PBX; reports are no matter of a lease.
 */
export async function recover(trx: Kysely<Schema>, command: RecoverInput): Promise<CommandResult<Recovery>> {
  const { now, node, lease } = command;
  await requireLease(trx, command);
  const installation = await installationOf(trx, await readSettings(trx), command.installationCandidate);
  await (lease === undefined ? giveBackRounds(trx, 'node', node) : giveBackRounds(trx, 'lease', lease));
  const columns = lease === undefined ? await giveBackReports(trx, node, now) : [];
  if (lease === undefined) await withdrawIntentsOf(trx, node, now);
  // Sorted here: an ORDER BY would walk through all of history instead of the few that are alive.
  let alive = trx
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
    .where('attempt.ended_at', 'is', null);
  let open = trx
    .selectFrom('call')
    .select(['id', 'call_id', 'column_id', 'kind'])
    .where('ended_at', 'is', null)
    // What nobody has taken is on no PBX.
    .where((or) => or.or([or('intent', 'is', null), or('intent', '<>', sql.lit('waiting'))]));
  if (lease !== undefined) {
    // What was placed before there were leases is any holder's.
    alive = alive.where((or) => or.or([or('attempt.lease', '=', lease), or('attempt.lease', 'is', null)]));
    open = open.where((or) => or.or([or('lease', '=', lease), or('lease', 'is', null)]));
  }
  const attempts = await alive.execute();
  const calls = await open.execute();
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
    { reportsOwedIn: columns, callsQueued: true },
  );
}
