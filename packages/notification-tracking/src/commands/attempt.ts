import { sql, type Kysely, type Selectable } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { AttemptOutcome, AttemptProgress } from '../notification.ts';
import { hasRoom } from '../rules/limits.ts';
import { afterAttempt, type EndingWish } from '../rules/redial.ts';
import { isExpired, statusWithoutFurtherCall } from '../rules/round-progress.ts';
import type { AttemptTable, Schema } from '../schema.ts';
import type { At, Change, Guarded, Owner } from '../tracker.ts';
import { answer } from './answer.ts';
import type { Installing, Judged } from './command-input.ts';
import { ownerColumns, requireLease } from './lease.ts';
import { placedTo } from './placed-legs.ts';
import { isDiallable, progressOf, redialOf, roundById, waitingBehind, type RoundRow } from './round-row.ts';
import { bit, endRound, moveRound, type RoundPatch } from './round-statuses.ts';
import { installationOf, readSettings } from './settings.ts';

/** What a command about a call id found. */
export type CallFound = { readonly known: boolean };

type AttemptRow = Selectable<AttemptTable>;

/** What a round is when nobody holds it. */
export const UNCLAIMED: Required<Pick<RoundPatch, 'claimed_at' | 'node' | 'token' | 'lease' | 'stale_claim'>> = {
  claimed_at: null,
  node: null,
  token: null,
  lease: null,
  stale_claim: 0,
};

/** Rounds that a node has claimed, or that were claimed under a lease, wait again. */
export async function giveBackRounds(trx: Kysely<Schema>, by: 'node' | 'lease', name: string): Promise<void> {
  await trx
    .updateTable('round')
    .set({ ...UNCLAIMED, state: 'queued' })
    .where('state', '=', sql.lit('claimed'))
    .where(by, '=', name)
    .execute();
}

/** The audio is ready. */
export type StartAttemptInput = At & Owner & Judged & Installing & { readonly roundId: number };

/**
 * Stores an attempt before the PBX is asked; nothing when the round is no longer this owner's to dial. What may have
 * changed while the audio was prepared is judged again: time to live, stop switch, the number's limit.
 */
export async function startAttempt(
  trx: Kysely<Schema>,
  command: StartAttemptInput,
): Promise<CommandResult<{ callId: string; attempt: number } | undefined>> {
  const { now, node, token, policy } = command;
  const [round, settings] = await Promise.all([roundById(trx, command.roundId), readSettings(trx), requireLease(trx, command)]);
  if (round?.state !== 'claimed' || round.node !== node || round.token !== token) return answer(undefined);
  if (isExpired(progressOf(round), now)) {
    const changes = await endRound(trx, round, [statusWithoutFurtherCall(progressOf(round))], 'expired', {}, now);
    return answer(undefined, { changes, callsQueued: true });
  }
  const limit = policy.limits.perCalleePerHour;
  const dialled = limit > 0 && round.phone !== null ? await placedTo(trx, round.phone, now, limit) : 0;
  if (round.stale_claim === 1 || !settings.dialling.enabled || !isDiallable(round) || !hasRoom(limit, dialled, 1)) {
    await moveRound(trx, round, [], { ...UNCLAIMED, state: 'queued' }, now);
    return answer(undefined, { callsQueued: true });
  }

  const installation = await installationOf(trx, settings, command.installationCandidate);
  const { attempt } = await trx
    .insertInto('attempt')
    .values({ round_id: round.id, column_id: round.column_id, phone: round.phone, ...ownerColumns(command), started_at: now, counted: 0 })
    .returning('attempt')
    .executeTakeFirstOrThrow();
  const callId = `taxinav-${installation}-${attempt}`;
  await trx.updateTable('attempt').set({ call_id: callId }).where('attempt', '=', attempt).execute();
  await moveRound(trx, round, [], { ...UNCLAIMED, state: 'dialling' }, now);
  return answer({ callId, attempt });
}

/** The attempt of a call and its round; refuses who does not hold its lease. All are asked for at once. */
async function readCall(
  trx: Kysely<Schema>,
  command: Guarded & { readonly callId: string },
): Promise<readonly [AttemptRow | undefined, RoundRow | undefined]> {
  const attempt = trx.selectFrom('attempt').where('call_id', '=', command.callId);
  const round = trx.selectFrom('round').selectAll().where('id', '=', attempt.select('round_id'));
  const [ofCall, itsRound] = await Promise.all([
    attempt.selectAll().executeTakeFirst(),
    round.executeTakeFirst(),
    requireLease(trx, command),
  ]);
  return [ofCall, itsRound];
}

/** The PBX has the originate. */
export async function attemptTaken(
  trx: Kysely<Schema>,
  command: At & Guarded & { readonly callId: string },
): Promise<CommandResult<CallFound>> {
  const taken = trx
    .updateTable('attempt')
    .set((value) => ({
      taken_at: value
        .case()
        .when(value.and([value('taken_at', 'is', null), value('ended_at', 'is', null)]))
        .then(command.now)
        .else(value.ref('taken_at'))
        .end(),
    }))
    .where('call_id', '=', command.callId)
    .returning('attempt');
  const [row] = await Promise.all([taken.executeTakeFirst(), requireLease(trx, command)]);
  return answer({ known: row !== undefined });
}

/** Something was learnt about a call. */
export type AttemptProgressedInput = At & Guarded & { readonly callId: string; readonly progress: AttemptProgress };

/** Stores evidence as it comes: `Active` at the first of it, `Done` at the answer. Source: [TN-16, reading 31, reading 38]. */
export async function attemptProgressed(trx: Kysely<Schema>, command: AttemptProgressedInput): Promise<CommandResult<CallFound>> {
  const { now, progress } = command;
  const [attempt, round] = await readCall(trx, command);
  if (attempt === undefined) return answer({ known: false });
  if (attempt.ended_at !== null) return answer({ known: true });

  const answered = progress === 'answered';
  const seen = seenColumn(progress);
  if (seen !== undefined && attempt[seen] === null) {
    await trx
      .updateTable('attempt')
      .set({ [seen]: now, ...(answered ? { counted: 1 as const } : {}) })
      .where('attempt', '=', attempt.attempt)
      .execute();
  }
  if (round?.state !== 'dialling') return answer({ known: true });
  const active = round.status === 'Active' ? [] : (['Active'] as const);
  if (answered) {
    const patch: RoundPatch = { attempts: round.attempts + 1, last_result: 'Done', trunk_troubles: 0 };
    return answer({ known: true }, { changes: await endRound(trx, round, [...active, 'Done'], 'result', patch, now), callsQueued: true });
  }
  if (active.length === 0) return answer({ known: true });
  return answer({ known: true }, { changes: await moveRound(trx, round, active, {}, now) });
}

function seenColumn(progress: AttemptProgress): 'rang_at' | 'progress_at' | 'answered_at' | undefined {
  switch (progress) {
    case 'ringing':
      return 'rang_at';
    case 'progress':
      return 'progress_at';
    case 'answered':
      return 'answered_at';
    case 'dialling':
      return undefined;
    default:
      return progress satisfies never;
  }
}

/** A call is over. */
export type EndAttemptInput = At &
  Judged &
  Guarded & { readonly callId: string; readonly outcome: AttemptOutcome; readonly detail?: string };

/** Frees the channel and draws the outcome's consequences. A second end changes nothing. Source: [TN-16, reading 31, reading 40]. */
export async function endAttempt(trx: Kysely<Schema>, command: EndAttemptInput): Promise<CommandResult<CallFound>> {
  const [attempt, round] = await readCall(trx, command);
  if (attempt === undefined) return answer({ known: false });
  if (attempt.ended_at !== null) return answer({ known: true });
  return answer({ known: true }, { changes: await settleAttempt(trx, attempt, round, command), callsQueued: true });
}

/** How an attempt ended, and by which policy that is judged. */
export type Ending = At & Judged & { readonly outcome: AttemptOutcome; readonly detail?: string };

/** Ends an attempt that is alive: the one place where an outcome becomes statuses, whoever tells it. */
export async function settleAttempt(
  trx: Kysely<Schema>,
  attempt: Selectable<AttemptTable>,
  round: RoundRow | undefined,
  { now, outcome, policy, detail }: Ending,
): Promise<readonly Change[]> {
  const after =
    round?.state === 'dialling'
      ? afterAttempt(
          progressOf(round),
          { outcome, rang: attempt.rang_at !== null, answered: outcome === 'answered' || attempt.answered_at !== null },
          await endingWish(trx, round),
          now,
          redialOf(round, policy.redial),
        )
      : undefined;
  await trx
    .updateTable('attempt')
    .set({
      ended_at: now,
      outcome,
      detail: detail ?? null,
      counted: after === undefined ? attempt.counted : bit(after.counted),
      // Erased while the call was alive: until now the number kept others from calling it.
      ...(round?.phone === null ? { phone: null } : {}),
      ...(outcome === 'answered' && attempt.answered_at === null ? { answered_at: now } : {}),
    })
    .where('attempt', '=', attempt.attempt)
    .execute();
  if (round === undefined || after === undefined) return [];

  const patch: RoundPatch = after.counted
    ? {
        attempts: round.attempts + 1,
        unreachable: round.unreachable + (outcome === 'unreachable' ? 1 : 0),
        last_result: after.result ?? null,
      }
    : {};
  const { next } = after;
  if (next.state === 'final') return await endRound(trx, round, after.statuses, next.end, patch, now);
  return await moveRound(
    trx,
    round,
    after.statuses,
    {
      ...patch,
      state: 'queued',
      next_attempt_at: next.nextAttemptAt,
      trunk_troubles: next.trunkTroubles,
      extra_attempts: next.extraAttempts,
    },
    now,
  );
}

async function endingWish(trx: Kysely<Schema>, round: RoundRow): Promise<EndingWish | undefined> {
  if (round.end_requested !== null) return round.end_requested;
  return (await waitingBehind(trx, round)) === undefined ? undefined : 'superseded';
}

/** A dialler gives a claim back. */
export type ReleaseClaimInput = At & { readonly roundId: number; readonly why: 'shutdown' | 'unspeakable'; readonly reason?: string };

/** Gives a claim back to the queue, or ends a round for which no sound could be made. */
export async function releaseClaim(trx: Kysely<Schema>, command: ReleaseClaimInput): Promise<CommandResult<undefined>> {
  const { now, why } = command;
  const round = await roundById(trx, command.roundId);
  if (round?.state !== 'claimed') return answer(undefined);
  // What could not be spoken is the older content, where it was replaced meanwhile.
  if (why === 'shutdown' || round.stale_claim === 1) {
    await moveRound(trx, round, [], { ...UNCLAIMED, state: 'queued' }, now);
    return answer(undefined, { callsQueued: true });
  }
  const patch: RoundPatch = { reason: command.reason ?? null };
  const changes = await endRound(trx, round, [statusWithoutFurtherCall(progressOf(round))], 'unspeakable', patch, now);
  return answer(undefined, { changes, callsQueued: true });
}
