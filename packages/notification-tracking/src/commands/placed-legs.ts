import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { PlacementLimits } from '../policy.ts';
import { CALLEE_WINDOW_MS, PEER_WINDOW_MS, type Placed } from '../rules/limits.ts';
import type { LegInUse } from '../rules/who-is-next.ts';
import { runCompiled } from './compiled-once.ts';
import type { Schema } from '../schema.ts';

type From = ExpressionBuilder<Schema, never>;

/** Attempts to a number in the last hour, counted up to `most`. Trunk trouble never left the house. */
function attemptsTo(from: From, phone: PhoneNumber, now: number, most: number) {
  return from
    .selectFrom((inner) =>
      inner
        .selectFrom('attempt')
        .select('attempt')
        .where('phone', '=', phone)
        .where('started_at', '>', now - CALLEE_WINDOW_MS)
        .where((or) => or.or([or('outcome', 'is', null), or('outcome', '<>', 'trunkTrouble')]))
        .limit(sql.lit(most))
        .as('counted'),
    )
    .select((value) => value.fn.countAll<number>().as('count'));
}

/** Legs of Dials and Conferences to a number in the last hour, counted up to `most`. */
function legsTo(from: From, phone: PhoneNumber, now: number, most: number) {
  return from
    .selectFrom((inner) =>
      inner
        .selectFrom('call_leg')
        .select('id')
        .where('phone', '=', phone)
        .where('started_at', '>', now - CALLEE_WINDOW_MS)
        .limit(sql.lit(most))
        .as('counted'),
    )
    .select((value) => value.fn.countAll<number>().as('count'));
}

/** SayTexts that a peer was granted in the last minute, counted up to `most`. */
function roundsBy(from: From, peer: string, now: number, most: number) {
  return from
    .selectFrom((inner) =>
      inner
        .selectFrom('round')
        .select('id')
        .where('peer', '=', peer)
        .where('accepted_at', '>', now - PEER_WINDOW_MS)
        .where('granted', '=', sql.lit(1))
        .limit(sql.lit(most))
        .as('counted'),
    )
    .select((value) => value.fn.countAll<number>().as('count'));
}

/** Legs of Dials and Conferences that a peer was granted in the last minute, of `most` of those calls. */
function legsBy(from: From, peer: string, now: number, most: number) {
  return from
    .selectFrom((inner) =>
      inner
        .selectFrom('call')
        .select('legs')
        .where('peer', '=', peer)
        .where('started_at', '>', now - PEER_WINDOW_MS)
        // Calls that were refused hold no leg; they must not hide those that do.
        .where('legs', '>', sql.lit(0))
        .limit(sql.lit(most))
        .as('counted'),
    )
    .select((value) => value.fn.sum<number | null>('counted.legs').as('sum'));
}

/** Legs placed to a number in the last hour: attempts, Dial, Conference; each counted up to `most`. */
export async function placedTo(trx: Kysely<Schema>, phone: PhoneNumber, now: number, most: number): Promise<number> {
  const row = await trx
    .selectNoFrom((from) => [attemptsTo(from, phone, now, most).as('attempts'), legsTo(from, phone, now, most).as('legs')])
    .executeTakeFirstOrThrow();
  return (row.attempts ?? 0) + (row.legs ?? 0);
}

/**
 * What the limits are judged by; what no limit asks for is not counted, and nothing is counted beyond its limit. One statement for one
 * number; the limits stand in its text, since a bound LIMIT would have it prepared anew each time.
 */
export async function placed(
  trx: Kysely<Schema>,
  peer: string,
  phones: readonly PhoneNumber[],
  limits: PlacementLimits,
  now: number,
): Promise<Placed> {
  const [first, ...others] = [...new Set(phones)];
  const ofPeer = limits.perPeerPerMinute > 0;
  const ofCallee = limits.perCalleePerHour > 0 && first !== undefined;
  const lastMinute = now - PEER_WINDOW_MS;
  const lastHour = now - CALLEE_WINDOW_MS;
  const parameters = [
    'dialling',
    ...(ofPeer ? [peer, lastMinute, peer, lastMinute] : []),
    ...(ofCallee ? [first, lastHour, 'trunkTrouble', first, lastHour] : []),
  ];
  const none = sql<number | null>`0`;
  const { perPeerPerMinute: mostByPeer, perCalleePerHour: mostToCallee } = limits;
  const [row] = await runCompiled(trx, `placed${ofPeer ? mostByPeer : 0}/${ofCallee ? mostToCallee : 0}`, parameters, () =>
    trx.selectNoFrom((from) => [
      from.selectFrom('setting').select('value').where('key', '=', 'dialling').as('dialling'),
      (ofPeer ? roundsBy(from, peer, now, mostByPeer) : none).as('rounds'),
      (ofPeer ? legsBy(from, peer, now, mostByPeer) : none).as('calls'),
      (ofCallee ? attemptsTo(from, first, now, mostToCallee) : none).as('attempts'),
      (ofCallee ? legsTo(from, first, now, mostToCallee) : none).as('legs'),
    ]),
  );
  const wanted = (phone: PhoneNumber): number => phones.filter((other) => other === phone).length;
  const callees = first === undefined ? [] : [{ placed: (row?.attempts ?? 0) + (row?.legs ?? 0), wanted: wanted(first) }];
  for (const phone of others) {
    callees.push({
      placed: limits.perCalleePerHour > 0 ? await placedTo(trx, phone, now, limits.perCalleePerHour) : 0,
      wanted: wanted(phone),
    });
  }
  return { enabled: row?.dialling !== '0', byPeer: (row?.rounds ?? 0) + (row?.calls ?? 0), callees };
}

/** Every leg that holds a channel: claimed rounds, live attempts, legs of live Dials and Conferences. */
export async function legsInUse(trx: Kysely<Schema>): Promise<LegInUse[]> {
  const notification = sql<number>`1`.as('notification');
  const rows = await trx
    .selectFrom('round')
    .select(['column_id', 'phone', 'route', notification])
    .where('state', '=', sql.lit('claimed'))
    .unionAll((from) =>
      from
        .selectFrom('attempt')
        .innerJoin('round', 'round.id', 'attempt.round_id')
        .select(['attempt.column_id', 'attempt.phone', 'round.route', notification])
        .where('attempt.ended_at', 'is', null),
    )
    .unionAll((from) =>
      from
        .selectFrom('call_leg')
        .select((value) => [
          'column_id',
          value.ref('phone').$castTo<PhoneNumber | null>().as('phone'),
          'route',
          sql<number>`0`.as('notification'),
        ])
        .where('ended_at', 'is', null),
    )
    .execute();
  return rows.map((row) => ({
    columnId: row.column_id,
    notification: row.notification === 1,
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(row.route === null ? {} : { route: row.route }),
  }));
}
