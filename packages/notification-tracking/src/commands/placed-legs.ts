import { sql, type Kysely } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { PlacementLimits } from '../policy.ts';
import { CALLEE_WINDOW_MS, PEER_WINDOW_MS, type Placed } from '../rules/limits.ts';
import type { LegInUse } from '../rules/who-is-next.ts';
import type { Schema } from '../schema.ts';

/** Legs placed to a number in the last hour: attempts, Dial, Conference. Trunk trouble never left the house. */
export async function placedTo(trx: Kysely<Schema>, phone: PhoneNumber, now: number): Promise<number> {
  const since = now - CALLEE_WINDOW_MS;
  const row = await trx
    .selectNoFrom((from) => [
      from
        .selectFrom('attempt')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('phone', '=', phone)
        .where('started_at', '>', since)
        .where((or) => or.or([or('outcome', 'is', null), or('outcome', '<>', 'trunkTrouble')]))
        .as('attempts'),
      from
        .selectFrom('call_leg')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('phone', '=', phone)
        .where('started_at', '>', since)
        .as('legs'),
    ])
    .executeTakeFirstOrThrow();
  return (row.attempts ?? 0) + (row.legs ?? 0);
}

/** Legs that a peer asked for in the last minute, and was granted. */
async function askedBy(trx: Kysely<Schema>, peer: string, now: number): Promise<number> {
  const since = now - PEER_WINDOW_MS;
  const row = await trx
    .selectNoFrom((from) => [
      from
        .selectFrom('round')
        .select((value) => value.fn.countAll<number>().as('count'))
        .where('peer', '=', peer)
        .where('accepted_at', '>', since)
        .where((or) => or.or([or('end', 'is', null), or('end', '<>', 'refused')]))
        .as('rounds'),
      from
        .selectFrom('call')
        .select((value) => value.fn.sum<number>('legs').as('sum'))
        .where('peer', '=', peer)
        .where('started_at', '>', since)
        .as('legs'),
    ])
    .executeTakeFirstOrThrow();
  return (row.rounds ?? 0) + (row.legs ?? 0);
}

/** What the limits are judged by; what no limit asks for is not counted. */
export async function placed(
  trx: Kysely<Schema>,
  enabled: boolean,
  peer: string,
  phones: readonly PhoneNumber[],
  limits: PlacementLimits,
  now: number,
): Promise<Placed> {
  const byPeer = limits.perPeerPerMinute === 0 ? 0 : await askedBy(trx, peer, now);
  const callees: { placed: number; wanted: number }[] = [];
  for (const phone of new Set(phones)) {
    const wanted = phones.filter((other) => other === phone).length;
    callees.push({ placed: limits.perCalleePerHour === 0 ? 0 : await placedTo(trx, phone, now), wanted });
  }
  return { enabled, byPeer, callees };
}

/** Every leg that holds a channel: claimed rounds, live attempts, legs of live Dials and Conferences. */
export async function legsInUse(trx: Kysely<Schema>): Promise<LegInUse[]> {
  const notification = sql<number>`1`.as('notification');
  const rows = await trx
    .selectFrom('round')
    .select(['column_id', 'phone', notification])
    .where('state', '=', sql.lit('claimed'))
    .unionAll((from) => from.selectFrom('attempt').select(['column_id', 'phone', notification]).where('ended_at', 'is', null))
    .unionAll((from) =>
      from
        .selectFrom('call_leg')
        .select((value) => ['column_id', value.ref('phone').$castTo<PhoneNumber | null>().as('phone'), sql<number>`0`.as('notification')])
        .where('ended_at', 'is', null),
    )
    .execute();
  return rows.map((row) => ({
    columnId: row.column_id,
    notification: row.notification === 1,
    ...(row.phone === null ? {} : { phone: row.phone }),
  }));
}
