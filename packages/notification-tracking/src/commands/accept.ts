import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import { changeTime } from '../rules/changed-at.ts';
import { judgeRefusal, judgeSayText, type Content } from '../rules/duplicates.ts';
import { limitRefusal } from '../rules/limits.ts';
import { statusWithoutFurtherCall } from '../rules/round-progress.ts';
import type { Bit, Schema } from '../schema.ts';
import type { AcceptCommand, AcceptResult, Change } from '../tracker.ts';
import { answer } from './answer.ts';
import { insertCompiled } from './compiled-once.ts';
import type { Judged, Keyed } from './command-input.ts';
import { placed } from './placed-legs.ts';
import { newestRoundOf, newestRounds, progressOf, type RoundRow } from './round-row.ts';
import { bit, endRound, oweRepeat, oweStatuses } from './round-statuses.ts';

/** A SayText, as the tracker hands it on. */
export type AcceptInput = AcceptCommand & Judged & Keyed;

/** Stores a SayText, its first status and the report owed, or what it is instead: a duplicate, a refusal. Source: [TN-10, TN-13, reading 33]. */
export async function accept(trx: Kysely<Schema>, command: AcceptInput): Promise<CommandResult<AcceptResult>> {
  const { now, policy } = command;
  const phones = command.phone === undefined ? [] : [command.phone];
  // Asked at once: on PostgreSQL the way there costs more than the answers.
  const [[newest, older], counted] = await Promise.all([newestRounds(trx, command), placed(trx, command.peer, phones, policy.limits, now)]);
  if (command.refused !== undefined) return refuse(trx, command, command.refused, newest, older);

  const meaning = judgeSayText(contentOf(command), newest && newestRoundOf(newest), now, policy.redial);
  if (newest !== undefined && meaning === 'duplicate') return repeat(trx, command, newest, older);

  const refusal = limitRefusal(counted, policy.limits);
  if (refusal !== undefined) return refuse(trx, command, refusal, newest, older);

  if (newest === undefined || meaning === 'first' || meaning === 'duplicate') return start(trx, command, newest);
  switch (meaning) {
    case 'replace':
      return replace(trx, command, newest);
    case 'wait':
      return wait(trx, command, newest);
    case 'supersede': {
      const ended = await endRound(trx, newest, [statusWithoutFurtherCall(progressOf(newest))], 'superseded', {}, now);
      return start(trx, command, { ...newest, changed_at: changeTime(now, newest.changed_at) }, ended);
    }
    default:
      return meaning satisfies never;
  }
}

/** From receipt to the last moment an attempt may start, ms: the SayText's own, else the policy's. */
function timeToLive({ timeToLiveMs, policy }: AcceptInput): number {
  return timeToLiveMs ?? policy.redial.timeToLiveMs;
}

function contentOf(command: AcceptInput): Content {
  return {
    ...(command.phone === undefined ? {} : { phone: command.phone }),
    ...(command.text === undefined ? {} : { text: command.text }),
  };
}

/** A new round at the end of its column's queue. */
async function start(
  trx: Kysely<Schema>,
  command: AcceptInput,
  newest: RoundRow | undefined,
  before: readonly Change[] = [],
): Promise<CommandResult<AcceptResult>> {
  const changedAt = changeTime(command.now, newest?.changed_at ?? 0);
  const round = await insertRound(trx, command, newest, { state: 'queued', status: 'Queued', changedAt });
  const owed = await oweStatuses(trx, round, [{ status: 'Queued', final: false }], changedAt, command.now, newest === undefined);
  const outcome = newest === undefined ? 'accepted' : 'newRound';
  return answer({ outcome, round: round.round, status: 'Queued' }, { changes: [...before, ...owed], callsQueued: true });
}

/** A new round behind one whose call is alive; its first status is owed when that one is final. */
async function wait(trx: Kysely<Schema>, command: AcceptInput, newest: RoundRow): Promise<CommandResult<AcceptResult>> {
  const round = await insertRound(trx, command, newest, { state: 'waiting', status: 'Queued', changedAt: 0 });
  return answer({ outcome: 'newRound', round: round.round, status: 'Queued' });
}

/** New content for a round that was never dialled: it keeps its place, its time to live starts again. */
async function replace(trx: Kysely<Schema>, command: AcceptInput, newest: RoundRow): Promise<CommandResult<AcceptResult>> {
  const { now, guid, peer } = command;
  await trx
    .updateTable('round')
    .set({
      guid,
      peer,
      phone: command.phone ?? null,
      text: command.text ?? null,
      accepted_at: now,
      expires_at: now + timeToLive(command),
      allowed_attempts: command.attempts ?? null,
      route: command.route ?? null,
      end_requested: null,
      stale_claim: bit(newest.state === 'claimed'),
    })
    .where('id', '=', newest.id)
    .execute();
  // Where no answer goes back on the connection, this report is the only sign that the new text was taken.
  if (newest.state !== 'waiting') await oweRepeat(trx, newest, now, guid);
  return answer(
    { outcome: 'replaced', round: newest.round, status: newest.status },
    { reportsOwedIn: newest.state === 'waiting' ? [] : [command.columnId], callsQueued: true },
  );
}

/** The same again: no call, the status last owed is owed once more. */
async function repeat(
  trx: Kysely<Schema>,
  command: AcceptInput,
  newest: RoundRow,
  older: RoundRow | undefined,
): Promise<CommandResult<AcceptResult>> {
  const owing = lastOwing(newest, older);
  await oweRepeat(trx, owing, command.now, command.guid);
  return answer({ outcome: 'duplicate', round: newest.round, status: owing.status }, { reportsOwedIn: [command.columnId] });
}

/** The round whose status was owed last: not one that waits. */
function lastOwing(newest: RoundRow, older: RoundRow | undefined): RoundRow {
  return newest.state === 'waiting' ? (older ?? newest) : newest;
}

/** A round that is born final, unless one of its GUID is alive. Source: [reading 26]. */
async function refuse(
  trx: Kysely<Schema>,
  command: AcceptInput,
  reason: string,
  newest: RoundRow | undefined,
  older: RoundRow | undefined,
): Promise<CommandResult<AcceptResult>> {
  const { now, policy } = command;
  const judged = judgeRefusal({ ...contentOf(command), reason }, newest && newestRoundOf(newest), now, policy.redial);
  if (newest !== undefined && judged === 'duplicate') return repeat(trx, command, newest, older);
  if (newest !== undefined && judged === 'ignore') {
    return answer({ outcome: 'ignored', round: newest.round, status: lastOwing(newest, older).status, reason });
  }
  const changedAt = changeTime(now, newest?.changed_at ?? 0);
  const round = await insertRound(trx, command, newest, { state: 'final', status: 'Canceled', changedAt, reason });
  const changes = await oweStatuses(trx, round, [{ status: 'Canceled', final: true }], changedAt, now, newest === undefined);
  return answer({ outcome: 'refused', round: round.round, status: 'Canceled', reason }, { changes });
}

/** What every new round begins with; in the statement's text, since each value bound takes its time. */
const UNTRIED = {
  latest: sql.lit<Bit>(1),
  attempts: sql.lit(0),
  unreachable: sql.lit(0),
  extra_attempts: sql.lit(0),
  trunk_troubles: sql.lit(0),
  was_active: sql.lit<Bit>(0),
  stale_claim: sql.lit<Bit>(0),
} as const;

async function insertRound(
  trx: Kysely<Schema>,
  command: AcceptInput,
  newest: RoundRow | undefined,
  born: Pick<RoundRow, 'state' | 'status'> & { readonly changedAt: number; readonly reason?: string },
): Promise<Pick<RoundRow, 'id' | 'column_id' | 'canonical_guid' | 'guid' | 'round'>> {
  if (newest !== undefined) await trx.updateTable('round').set({ latest: 0 }).where('id', '=', newest.id).execute();
  const key = {
    column_id: command.columnId,
    canonical_guid: command.canonicalGuid,
    guid: command.guid,
    round: (newest?.round ?? 0) + 1,
  };
  const values = {
    ...key,
    phone: command.phone ?? null,
    text: command.text ?? null,
    peer: command.peer,
    granted: bit(born.state !== 'final'),
    state: born.state,
    end: born.state === 'final' ? ('refused' as const) : null,
    reason: born.reason ?? null,
    status: born.status,
    changed_at: born.changedAt,
    accepted_at: command.now,
    expires_at: command.now + timeToLive(command),
    allowed_attempts: command.attempts ?? null,
    route: command.route ?? null,
    next_attempt_at: born.state === 'queued' ? command.now : null,
  };
  const build = () => trx.insertInto('round').values({ ...values, ...UNTRIED });
  const id = await insertCompiled(trx, 'insertRound', Object.values(values), build, 'id');
  return { id, ...key };
}
