import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { PlacementLimits } from '../policy.ts';
import { CALLEE_WINDOW_MS, PEER_WINDOW_MS, type Placed } from '../rules/limits.ts';
import type { LegInUse } from '../rules/who-is-next.ts';
import { runCompiled } from './compiled-once.ts';
import type { Schema } from '../schema.ts';

type From = ExpressionBuilder<Schema, never>;

/** Attempts to a number in the last hour. Trunk trouble never left the house. */
function attemptsTo(from: From, phone: PhoneNumber, now: number) {
  return from
    .selectFrom('attempt')
    .select((value) => value.fn.countAll<number>().as('count'))
    .where('phone', '=', phone)
    .where('started_at', '>', now - CALLEE_WINDOW_MS)
    .where((or) => or.or([or('outcome', 'is', null), or('outcome', '<>', 'trunkTrouble')]));
}

/** Legs of Dials and Conferences to a number in the last hour. */
function legsTo(from: From, phone: PhoneNumber, now: number) {
  return from
    .selectFrom('call_leg')
    .select((value) => value.fn.countAll<number>().as('count'))
    .where('phone', '=', phone)
    .where('started_at', '>', now - CALLEE_WINDOW_MS);
}

/** SayTexts that a peer was granted in the last minute. */
function roundsBy(from: From, peer: string, now: number) {
  return from
    .selectFrom('round')
    .select((value) => value.fn.countAll<number>().as('count'))
    .where('peer', '=', peer)
    .where('accepted_at', '>', now - PEER_WINDOW_MS)
    .where('granted', '=', sql.lit(1));
}

/** Legs of Dials and Conferences that a peer was granted in the last minute. */
function legsBy(from: From, peer: string, now: number) {
  return from
    .selectFrom('call')
    .select((value) => value.fn.sum<number | null>('legs').as('sum'))
    .where('peer', '=', peer)
    .where('started_at', '>', now - PEER_WINDOW_MS);
}

/** Legs placed to a number in the last hour: attempts, Dial, Conference. */
export async function placedTo(trx: Kysely<Schema>, phone: PhoneNumber, now: number): Promise<number> {
  const row = await trx
    .selectNoFrom((from) => [attemptsTo(from, phone, now).as('attempts'), legsTo(from, phone, now).as('legs')])
    .executeTakeFirstOrThrow();
  return (row.attempts ?? 0) + (row.legs ?? 0);
}

/** What the limits are judged by; what no limit asks for is not counted. One statement for one number. */
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
  const [row] = await runCompiled(trx, `placed${ofPeer ? 'ByPeer' : ''}${ofCallee ? 'ToCallee' : ''}`, parameters, () =>
    trx.selectNoFrom((from) => [
      from.selectFrom('setting').select('value').where('key', '=', 'dialling').as('dialling'),
      (ofPeer ? roundsBy(from, peer, now) : none).as('rounds'),
      (ofPeer ? legsBy(from, peer, now) : none).as('calls'),
      (ofCallee ? attemptsTo(from, first, now) : none).as('attempts'),
      (ofCallee ? legsTo(from, first, now) : none).as('legs'),
    ]),
  );
  const wanted = (phone: PhoneNumber): number => phones.filter((other) => other === phone).length;
  const callees = first === undefined ? [] : [{ placed: (row?.attempts ?? 0) + (row?.legs ?? 0), wanted: wanted(first) }];
  for (const phone of others) {
    callees.push({ placed: limits.perCalleePerHour > 0 ? await placedTo(trx, phone, now) : 0, wanted: wanted(phone) });
  }
  return { enabled: row?.dialling !== '0', byPeer: (row?.rounds ?? 0) + (row?.calls ?? 0), callees };
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
