import { sql, type Kysely } from 'kysely';
import type { Guid, PhoneNumber } from '@taxinav/codec';
import type { CommandResult } from '../command.ts';
import { statusWithoutFurtherCall, wasDialled } from '../rules/round-progress.ts';
import type { Schema } from '../schema.ts';
import type { At, CancelResult, Change } from '../tracker.ts';
import { answer } from './answer.ts';
import type { Keyed } from './command-input.ts';
import { newestRounds, progressOf } from './round-row.ts';
import { endRound, oweRepeat } from './round-statuses.ts';

/** A command about one GUID. */
export type GuidInput = At & Keyed & { readonly columnId: string; readonly guid: Guid };

/** Ends what waits; asks for a hang-up where a call rings; refuses where it was answered. Source: [TN-16, reading 39]. */
export async function cancel(trx: Kysely<Schema>, command: GuidInput): Promise<CommandResult<CancelResult>> {
  const { now } = command;
  const [newest, older] = await newestRounds(trx, command);
  if (newest === undefined) return answer({ outcome: 'notFound' });
  switch (newest.state) {
    case 'final': {
      const reason = newest.status === 'Done' ? 'answered' : 'final';
      return answer({ outcome: 'refused', status: newest.status, reason });
    }
    case 'queued':
    case 'claimed': {
      const status = statusWithoutFurtherCall(progressOf(newest));
      const changes = await endRound(trx, newest, [status], 'canceled', {}, now);
      return answer({ outcome: wasDialled(progressOf(newest)) ? 'ended' : 'canceled', status }, { changes, callsQueued: true });
    }
    case 'waiting':
    case 'dialling': {
      const ids = newest.state === 'waiting' && older !== undefined ? [newest.id, older.id] : [newest.id];
      await trx.updateTable('round').set({ end_requested: 'canceled' }).where('id', 'in', ids).execute();
      const attempt = await trx
        .selectFrom('attempt')
        .select('call_id')
        .where('round_id', 'in', ids)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      const callId = attempt?.call_id ?? '';
      return answer({ outcome: 'hangUp', callId }, callId === '' ? {} : { hangUp: callId });
    }
    default:
      return newest.state satisfies never;
  }
}

/** Owes the status that was owed last once more. */
export async function resend(trx: Kysely<Schema>, command: GuidInput): Promise<CommandResult<boolean>> {
  const [newest, older] = await newestRounds(trx, command);
  const owing = newest?.state === 'waiting' ? (older ?? newest) : newest;
  if (owing === undefined) return answer(false);
  await oweRepeat(trx, owing, command.now);
  return answer(true, { reportsOwedIn: [command.columnId] });
}

/** The passenger called in: what waits for his number ends; a call that is alive is not followed by another. */
export async function reachedInbound(trx: Kysely<Schema>, command: At & { readonly phone: PhoneNumber }): Promise<CommandResult<number>> {
  const rounds = await trx
    .selectFrom('round')
    .selectAll()
    .where('phone', '=', command.phone)
    .where('state', '<>', sql.lit('final'))
    .orderBy('id')
    .execute();
  const changes: Change[] = [];
  let ended = 0;
  for (const round of rounds) {
    if (round.state === 'dialling' || round.state === 'waiting') {
      // A cancel asked for earlier is the stronger wish: its call is being hung up.
      if (round.end_requested === null) {
        await trx.updateTable('round').set({ end_requested: 'inbound' }).where('id', '=', round.id).execute();
        ended += round.state === 'waiting' ? 1 : 0;
      }
      continue;
    }
    changes.push(...(await endRound(trx, round, [statusWithoutFurtherCall(progressOf(round))], 'inbound', {}, command.now)));
    ended += 1;
  }
  return answer(ended, { changes, callsQueued: changes.length > 0 });
}
