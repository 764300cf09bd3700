import type { NotificationStatus } from '@taxinav/codec';
import type { AttemptOutcome, RoundEnd } from '../notification.ts';
import type { RedialPolicy } from '../policy.ts';
import { attemptVerdict } from './attempt-result.ts';
import { isExpired, statusWithoutFurtherCall, type RoundProgress } from './round-progress.ts';

/** Why a round must end with its attempt: an older wish that could not take effect while the call was alive. */
export type EndingWish = Extract<RoundEnd, 'canceled' | 'inbound' | 'superseded'>;

/** What is known of the attempt that ends. */
export interface EndedAttempt {
  readonly outcome: AttemptOutcome;
  readonly rang: boolean;
  readonly answered: boolean;
}

/** The statuses to owe, in order, and what the round becomes. */
export interface AfterAttempt {
  readonly statuses: readonly NotificationStatus[];
  /** Whether the attempt counts against the number of attempts. */
  readonly counted: boolean;
  /** What it came to, where it counts. */
  readonly result?: NotificationStatus;
  readonly next:
    | { readonly state: 'final'; readonly end: RoundEnd }
    | {
        readonly state: 'queued';
        readonly nextAttemptAt: number;
        readonly trunkTroubles: number;
        /** One when a lost attempt was the last allowed one: it gets a successor. */
        readonly extraAttempts: number;
      };
}

/** Counted attempts a round may have in all. Source: [reading 31]. */
export function attemptsAllowed(unreachable: number, policy: Pick<RedialPolicy, 'attempts' | 'unreachableAttempts'>): number {
  return unreachable > 0 ? Math.min(policy.attempts, policy.unreachableAttempts) : policy.attempts;
}

/** The pause after trunk trouble, ms; it grows with how many came in a row. `inARow` includes this one. */
export function trunkPause(inARow: number, pauses: readonly number[]): number {
  return pauses[Math.min(inARow, pauses.length) - 1] ?? 0;
}

/**
 * What follows when an attempt has ended.
 *
 * A result with attempts left goes back to `Queued`, unless the next one would start after the time to live.
 * Trunk trouble and a withdrawn call are no attempts: back to `Queued`, the former after a pause.
 * Source: [TN-16, reading 31, reading 39, reading 40].
 */
export function afterAttempt(
  round: RoundProgress,
  attempt: EndedAttempt,
  wish: EndingWish | undefined,
  now: number,
  policy: RedialPolicy,
): AfterAttempt {
  const verdict = attemptVerdict(attempt.outcome, attempt);
  if (verdict === undefined) return afterNoAttempt(round, attempt, wish, now, policy);

  const active: readonly NotificationStatus[] = round.status === 'Active' ? [] : ['Active'];
  const final = (result: NotificationStatus, end: RoundEnd): AfterAttempt => ({
    statuses: [...active, result],
    counted: true,
    result,
    next: { state: 'final', end },
  });
  if (verdict.result === 'Done') return final('Done', 'result');
  if (wish === 'canceled') return final(statusOfHungUp(attempt), 'canceled');
  if (verdict.redial === 'never') return final(verdict.result, 'result');
  if (wish !== undefined) return final(verdict.result, wish);

  const lost = attempt.outcome === 'lost';
  const attempts = round.attempts + 1;
  const unreachable = round.unreachable + (attempt.outcome === 'unreachable' ? 1 : 0);
  const allowed = attemptsAllowed(unreachable, policy) + round.extraAttempts;
  // Nobody heard how a lost call ended, so the passenger gets the attempt that the crash may have taken from him.
  const extra = lost && attempts >= allowed && round.extraAttempts === 0 ? 1 : 0;
  const nextAttemptAt = now + policy.retryAfterMs[verdict.redial];
  if (attempts >= allowed + extra || nextAttemptAt > round.expiresAt) return final(verdict.result, 'result');
  return {
    statuses: policy.attemptStatuses === 'each' ? [...active, verdict.result, 'Queued'] : [...active, 'Queued'],
    counted: true,
    result: verdict.result,
    next: { state: 'queued', nextAttemptAt, trunkTroubles: 0, extraAttempts: round.extraAttempts + extra },
  };
}

/** What an unanswered call is that we hung up because it was cancelled. Source: [reading 39]. */
function statusOfHungUp(attempt: EndedAttempt): NotificationStatus {
  return attempt.rang ? 'Unanswered' : 'Unreachable';
}

function afterNoAttempt(
  round: RoundProgress,
  attempt: EndedAttempt,
  wish: EndingWish | undefined,
  now: number,
  policy: RedialPolicy,
): AfterAttempt {
  const final = (status: NotificationStatus, end: RoundEnd): AfterAttempt => ({
    statuses: [status],
    counted: false,
    next: { state: 'final', end },
  });
  if (wish === 'canceled' && round.status === 'Active') return final(statusOfHungUp(attempt), 'canceled');
  if (wish !== undefined) return final(statusWithoutFurtherCall(round), wish);

  const trunk = attempt.outcome === 'trunkTrouble';
  const trunkTroubles = trunk ? round.trunkTroubles + 1 : round.trunkTroubles;
  const nextAttemptAt = trunk ? now + trunkPause(trunkTroubles, policy.trunkPauseMs) : round.nextAttemptAt;
  if (nextAttemptAt > round.expiresAt || isExpired(round, now)) return final(statusWithoutFurtherCall(round), 'expired');
  return {
    statuses: round.status === 'Queued' ? [] : ['Queued'],
    counted: false,
    next: { state: 'queued', nextAttemptAt, trunkTroubles, extraAttempts: round.extraAttempts },
  };
}
