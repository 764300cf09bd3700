import type { Kysely, Selectable } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { CallLogOutcome, CallRefusal, OpenedCall } from '../call-log.ts';
import type { CommandResult } from '../command.ts';
import { limitRefusal } from '../rules/limits.ts';
import { channelsFree, type WantedLeg } from '../rules/who-is-next.ts';
import type { CallTable, Schema } from '../schema.ts';
import type { At, Guarded, Owner } from '../tracker.ts';
import { answer } from './answer.ts';
import type { CallFound } from './attempt.ts';
import type { Installing, Judged } from './command-input.ts';
import { ownerColumns, requireLease } from './lease.ts';
import { legsInUse, placed } from './placed-legs.ts';
import { installationOf, readSettings } from './settings.ts';

/** A request that repeats one younger than this is the same request, ms. */
export const REPEATED_CALL_MS = 2_000;

/** A Dial or Conference wants channels. */
export type OpenCallInput = At &
  Owner &
  Judged &
  Installing & {
    readonly kind: 'Dial' | 'Conference';
    readonly columnId: string;
    readonly peer: string;
    readonly tel1: PhoneNumber;
    readonly tel2?: PhoneNumber;
    readonly route1?: string;
    readonly route2?: string;
    /** Another node holds the PBX: it takes this from the store. */
    readonly intent?: boolean;
  };

/** Judges a Dial or Conference, reserves its channels together, and stores it before the PBX is asked. Source: [TN-9, TN-18, reading 36, reading 37]. */
export async function openCall(trx: Kysely<Schema>, command: OpenCallInput): Promise<CommandResult<OpenedCall | CallRefusal>> {
  const { now, policy, columnId, peer, kind, intent = false } = command;
  if (!intent) await requireLease(trx, command);
  const same = await sameCall(trx, command);
  if (same !== undefined) return answer({ outcome: 'repeated', callId: same });

  const legs = legsOf(command);
  const phones = legs.map(({ phone }) => phone);
  const limited = limitRefusal(await placed(trx, peer, phones, policy.limits, now), policy.limits);
  const free = channelsFree(legs, await legsInUse(trx), policy.capacity, 'call');
  const reason = limited ?? (free ? undefined : 'no-channel');
  const row = { kind, column_id: columnId, peer, phone1: command.tel1, phone2: command.tel2 ?? null, started_at: now };
  if (reason !== undefined) {
    await trx
      .insertInto('call')
      .values({ ...row, legs: 0, ended_at: now, outcome: 'refused', detail: reason })
      .execute();
    return answer({ outcome: 'refused', reason });
  }

  const installation = await installationOf(trx, await readSettings(trx), command.installationCandidate);
  const { id } = await trx
    .insertInto('call')
    .values({ ...row, legs: legs.length, ...ownerColumns(command), intent: intent ? 'waiting' : null })
    .returning('id')
    .executeTakeFirstOrThrow();
  const callId = `taxinav-${installation}-d${id}`;
  await trx.updateTable('call').set({ call_id: callId }).where('id', '=', id).execute();
  await trx
    .insertInto('call_leg')
    .values(legs.map(({ phone, route = null }) => ({ call: id, column_id: columnId, phone, route, started_at: now })))
    .execute();
  return answer({ outcome: 'opened', callId }, intent && command.lease !== undefined ? { intentsFor: command.lease } : {});
}

/** The outside legs that it asks for: of a Dial the client's, of a Conference both. */
function legsOf({ columnId, tel1, tel2, route1, route2 }: OpenCallInput): readonly (WantedLeg & { readonly phone: PhoneNumber })[] {
  const first = { columnId, phone: tel1, route: route1 };
  return tel2 === undefined ? [first] : [first, { columnId, phone: tel2, route: route2 }];
}

/** The call that this request repeats: from the same peer to the same numbers, still alive or just begun. */
async function sameCall(trx: Kysely<Schema>, command: OpenCallInput): Promise<string | undefined> {
  const same = trx
    .selectFrom('call')
    .select('call_id')
    .where('column_id', '=', command.columnId)
    .where('kind', '=', command.kind)
    .where('peer', '=', command.peer)
    .where('phone1', '=', command.tel1)
    .where('phone2', command.tel2 === undefined ? 'is' : '=', command.tel2 ?? null)
    .where('call_id', 'is not', null)
    .limit(1);
  const row =
    (await same.where('ended_at', 'is', null).executeTakeFirst()) ??
    (await same.where('started_at', '>', command.now - REPEATED_CALL_MS).executeTakeFirst());
  return row?.call_id ?? undefined;
}

/** A Dial or Conference is over: its channels are free. A second end changes nothing. */
export async function closeCall(
  trx: Kysely<Schema>,
  command: At & Guarded & { readonly callId: string; readonly outcome: CallLogOutcome; readonly detail?: string },
): Promise<CommandResult<CallFound>> {
  await requireLease(trx, command);
  const call = await trx
    .selectFrom('call')
    .select(['id', 'ended_at', 'phone1', 'phone2'])
    .where('call_id', '=', command.callId)
    .executeTakeFirst();
  if (call === undefined) return answer({ known: false });
  if (call.ended_at !== null) return answer({ known: true });
  await settleCall(trx, call, command);
  return answer({ known: true }, { callsQueued: true });
}

/** A Dial or Conference that is alive, as far as its end needs it. */
export type LiveCallRow = Pick<Selectable<CallTable>, 'id' | 'phone1' | 'phone2'>;

/** Ends a Dial or Conference that is alive, and frees its channels. */
export async function settleCall(
  trx: Kysely<Schema>,
  call: LiveCallRow,
  { now, outcome, detail }: At & { readonly outcome: CallLogOutcome; readonly detail?: string },
): Promise<void> {
  await trx
    .updateTable('call')
    .set({ ended_at: now, outcome, detail: detail ?? null })
    .where('id', '=', call.id)
    .execute();
  await trx.updateTable('call_leg').set({ ended_at: now }).where('call', '=', call.id).execute();
  await forgetErasedLegs(trx, call);
}

/** Numbers that were erased while their call was alive held its channels until now. */
async function forgetErasedLegs(trx: Kysely<Schema>, call: LiveCallRow): Promise<void> {
  const kept = [call.phone1, call.phone2].filter((phone) => phone !== null);
  let legs = trx.deleteFrom('call_leg').where('call', '=', call.id);
  if (kept.length > 0) legs = legs.where('phone', 'not in', kept);
  await legs.execute();
}

/** A row of the call log that holds no channel. */
export type LogCallInput = At & {
  readonly kind: 'Call' | 'Dial' | 'Conference';
  readonly columnId: string;
  readonly peer: string;
  readonly numbers: readonly PhoneNumber[];
  readonly outcome: CallLogOutcome;
  readonly detail?: string;
};

/** Writes down a popup, or what policy refused. */
export async function logCall(trx: Kysely<Schema>, command: LogCallInput): Promise<CommandResult<undefined>> {
  const { now, kind, columnId, peer, numbers, outcome } = command;
  const [phone1 = null, phone2 = null] = numbers;
  await trx
    .insertInto('call')
    .values({
      kind,
      column_id: columnId,
      peer,
      phone1,
      phone2,
      legs: 0,
      started_at: now,
      ended_at: now,
      outcome,
      detail: command.detail ?? null,
    })
    .execute();
  return answer(undefined);
}
