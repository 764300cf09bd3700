import { sql, type Kysely, type Selectable } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { CallState, TakenIntent } from '../leases.ts';
import type { CallTable, Schema } from '../schema.ts';
import type { At, Owner } from '../tracker.ts';
import { answer } from './answer.ts';
import { requireLease } from './lease.ts';

/**
 * An intent older than this is not taken any more, ms: its requester withdraws it after 1 s, unless it died. Nodes' clocks may differ by the
 * rest.
 */
export const INTENT_LIMIT_MS = 5_000;

/** The holder of a PBX asks what others accepted for it. */
export type TakeIntentsInput = At & Owner & { readonly lease: string };

/** Gives the intents of a PBX to its holder, each once; what is too old is refused. */
export async function takeIntents(trx: Kysely<Schema>, command: TakeIntentsInput): Promise<CommandResult<readonly TakenIntent[]>> {
  await requireLease(trx, command);
  const { now, node, token } = command;
  const waiting = await trx
    .selectFrom('call')
    .selectAll()
    .where('intent', '=', sql.lit('waiting'))
    .where('lease', '=', command.lease)
    .orderBy('started_at')
    .execute();
  const taken: TakenIntent[] = [];
  for (const row of waiting) {
    if (now - row.started_at > INTENT_LIMIT_MS) {
      await refuseIntent(trx, row.id, now);
      continue;
    }
    await trx.updateTable('call').set({ intent: 'taken', node, token }).where('id', '=', row.id).execute();
    taken.push(...takenOf(row));
  }
  return answer(taken, { callsQueued: taken.length < waiting.length });
}

/** An intent whose number was erased meanwhile is nobody's. */
function takenOf(row: Selectable<CallTable>): TakenIntent[] {
  const { call_id: callId, kind, column_id: columnId, peer, phone1: tel1, phone2 } = row;
  if (callId === null || kind === 'Call' || tel1 === null || (kind === 'Conference' && phone2 === null)) return [];
  return [{ callId, kind, columnId, peer, tel1, ...(phone2 === null ? {} : { tel2: phone2 }) }];
}

/** The requester has waited long enough. True when the intent was still waiting: it is refused now, and nobody takes it any more. */
export async function withdrawIntent(trx: Kysely<Schema>, command: At & { readonly callId: string }): Promise<CommandResult<boolean>> {
  const row = await trx
    .selectFrom('call')
    .select('id')
    .where('call_id', '=', command.callId)
    .where('intent', '=', sql.lit('waiting'))
    .executeTakeFirst();
  if (row === undefined) return answer(false);
  await refuseIntent(trx, row.id, command.now);
  return answer(true, { callsQueued: true });
}

/** Intents whose requesters are gone, by node; refused. Returns how many. */
export async function withdrawIntentsOf(trx: Kysely<Schema>, node: string, now: number): Promise<number> {
  const rows = await trx.selectFrom('call').select('id').where('intent', '=', sql.lit('waiting')).where('node', '=', node).execute();
  for (const { id } of rows) await refuseIntent(trx, id, now);
  return rows.length;
}

/** Intents that have waited for a holder since before a moment. */
export function intentsBefore(trx: Kysely<Schema>, before: number): Promise<readonly { readonly id: number }[]> {
  return trx.selectFrom('call').select('id').where('intent', '=', sql.lit('waiting')).where('started_at', '<', before).execute();
}

/** It never left the house: its legs count for no limit. */
export async function refuseIntent(trx: Kysely<Schema>, id: number, now: number): Promise<void> {
  await trx
    .updateTable('call')
    .set({ intent: 'withdrawn', legs: 0, ended_at: now, outcome: 'refused', detail: 'no-holder' })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('call_leg').where('call', '=', id).execute();
}

/** Where a Dial or Conference stands; undefined for a call id that is not known. */
export async function callState(db: Kysely<Schema>, query: { readonly callId: string }): Promise<CallState | undefined> {
  const row = await db
    .selectFrom('call')
    .select(['intent', 'ended_at', 'outcome', 'detail'])
    .where('call_id', '=', query.callId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    state: row.ended_at !== null ? 'ended' : row.intent === 'waiting' ? 'intended' : 'opened',
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}
