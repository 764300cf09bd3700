import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { AbandonedCalls, LeaseInUse, LeaseState } from '../leases.ts';
import type { Schema } from '../schema.ts';
import type { At, Change } from '../tracker.ts';
import { answer } from './answer.ts';
import { giveBackRounds, settleAttempt } from './attempt.ts';
import { settleCall } from './calls.ts';
import type { Judged } from './command-input.ts';
import { passLease } from './lease.ts';
import { roundById } from './round-row.ts';

/** Why such calls ended, in the record. */
const DETAIL = 'nobody came back to its PBX';

/** Leases under which something is left. */
export async function leasesInUse(db: Kysely<Schema>): Promise<readonly LeaseInUse[]> {
  const rows = await db
    .selectFrom('lease')
    .select((from) => [
      'lease.lease',
      'lease.node',
      'lease.token',
      'lease.counter',
      from
        .selectFrom('round')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('round.state', '=', sql.lit('claimed'))
        .whereRef('round.lease', '=', 'lease.lease')
        .as('claimed'),
      from
        .selectFrom('attempt')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('attempt.ended_at', 'is', null)
        .where('attempt.answered_at', 'is', null)
        .whereRef('attempt.lease', '=', 'lease.lease')
        .as('unanswered'),
      from
        .selectFrom('attempt')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('attempt.ended_at', 'is', null)
        .where('attempt.answered_at', 'is not', null)
        .whereRef('attempt.lease', '=', 'lease.lease')
        .as('answered'),
      from
        .selectFrom('call')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('call.ended_at', 'is', null)
        .where((or) => or.or([or('call.intent', 'is', null), or('call.intent', '<>', sql.lit('waiting'))]))
        .whereRef('call.lease', '=', 'lease.lease')
        .as('calls'),
    ])
    .orderBy('lease.lease')
    .execute();
  return rows
    .map(({ lease, node, token, counter, claimed, unanswered, answered, calls }) => ({
      lease,
      ...(node === null ? {} : { node }),
      token,
      counter,
      unanswered: (claimed ?? 0) + (unanswered ?? 0),
      talking: (answered ?? 0) + (calls ?? 0),
    }))
    .filter((inUse) => inUse.unanswered + inUse.talking > 0);
}

/** Nobody comes back for what was seen so. `talks`: what was answered is over as well. */
export type EndAbandonedInput = At & Judged & { readonly seen: LeaseState; readonly talks: boolean };

/**
 * Ends what was left under a lease, by the rules of any lost call, if nobody has moved the lease since it was seen. From then on it is nobody's:
 * a holder that lives after all is refused, takes it again, and finds on its PBX what is over.
 */
export async function endAbandoned(trx: Kysely<Schema>, command: EndAbandonedInput): Promise<CommandResult<AbandonedCalls | undefined>> {
  const { now, seen, talks, policy } = command;
  // First of all: a holder that renews or takes the lease meanwhile waits for this row, or has moved it.
  if ((await passLease(trx, seen, null)) === undefined) return answer(undefined);

  await giveBackRounds(trx, 'lease', seen.lease);
  let alive = trx.selectFrom('attempt').selectAll().where('ended_at', 'is', null).where('lease', '=', seen.lease);
  if (!talks) alive = alive.where('answered_at', 'is', null);
  const attempts = (await alive.execute()).toSorted((one, other) => one.attempt - other.attempt);
  const changes: Change[] = [];
  for (const attempt of attempts) {
    const round = await roundById(trx, attempt.round_id);
    changes.push(...(await settleAttempt(trx, attempt, round, { now, policy, outcome: 'lost', detail: DETAIL })));
  }
  const calls = talks ? await endCalls(trx, seen.lease, now) : [];
  return answer(
    {
      attempts: attempts.flatMap(({ call_id: callId, column_id: columnId }) => (callId === null ? [] : [{ callId, columnId }])),
      calls,
    },
    { changes, callsQueued: true },
  );
}

/** Dials and Conferences on the PBX of a lease; what nobody has taken is on no PBX. */
async function endCalls(trx: Kysely<Schema>, lease: string, now: number): Promise<AbandonedCalls['calls']> {
  const calls = await trx
    .selectFrom('call')
    .select(['id', 'call_id', 'column_id', 'phone1', 'phone2'])
    .where('ended_at', 'is', null)
    .where('lease', '=', lease)
    .where((or) => or.or([or('intent', 'is', null), or('intent', '<>', sql.lit('waiting'))]))
    .execute();
  for (const call of calls) await settleCall(trx, call, { now, outcome: 'lost', detail: DETAIL });
  return calls.flatMap(({ call_id: callId, column_id: columnId }) => (callId === null ? [] : [{ callId, columnId }]));
}
