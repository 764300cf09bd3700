import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { NodeState } from '../leases.ts';
import type { Schema } from '../schema.ts';
import type { At, Owner } from '../tracker.ts';
import { answer } from './answer.ts';
import { giveBackRounds } from './attempt.ts';
import { UNCLAIMED_REPORT } from './deliver-reports.ts';
import { withdrawIntentsOf } from './intents.ts';

/** The heartbeat of a node: a counter that only grows. */
export async function renew(trx: Kysely<Schema>, command: At & Owner): Promise<CommandResult<undefined>> {
  const { node, token } = command;
  await trx
    .insertInto('node')
    .values({ node, token, beat: 1 })
    .onConflict((conflict) => conflict.column('node').doUpdateSet((value) => ({ token, beat: value('node.beat', '+', 1) })))
    .execute();
  return answer(undefined);
}

/** Every node that was ever heard of and not forgotten. */
export async function nodes(db: Kysely<Schema>): Promise<readonly NodeState[]> {
  return db.selectFrom('node').select(['node', 'beat']).orderBy('node').execute();
}

/** A node whose heart has stood still since it was seen so. */
export type ForgetNodeInput = At & { readonly seen: NodeState };

/**
 * Gives back what a node had claimed, unless it has moved since it was seen: rounds under a lease as well, since `startAttempt` is refused to
 * who has not claimed the round any more, should the node thaw. What rings or talks on its PBX is left alone: see {@link endAbandoned}.
 */
export async function forgetNode(trx: Kysely<Schema>, { now, seen }: ForgetNodeInput): Promise<CommandResult<boolean>> {
  const gone = await trx
    .deleteFrom('node')
    .where('node', '=', seen.node)
    .where('beat', '=', seen.beat)
    .returning('node')
    .executeTakeFirst();
  if (gone === undefined) return answer(false);
  await giveBackRounds(trx, 'node', seen.node);
  const columns = await giveBackReports(trx, seen.node, now);
  await withdrawIntentsOf(trx, seen.node, now);
  return answer(true, { reportsOwedIn: columns, callsQueued: true });
}

/** Reports that a node has claimed are due again. Returns their columns. */
export async function giveBackReports(trx: Kysely<Schema>, node: string, now: number): Promise<readonly string[]> {
  const reports = await trx
    .updateTable('report')
    .set({ ...UNCLAIMED_REPORT, next_try_at: now })
    .where('state', '=', sql.lit('claimed'))
    .where('node', '=', node)
    .returning('column_id')
    .execute();
  return reports.map((row) => row.column_id);
}
