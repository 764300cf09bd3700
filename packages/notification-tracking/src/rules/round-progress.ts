import type { NotificationStatus } from '@taxinav/codec';

/** What the rules know of a round that is not final. */
export interface RoundProgress {
  /** The status last owed. */
  readonly status: NotificationStatus;
  readonly expiresAt: number;
  readonly nextAttemptAt: number;
  /** Attempts that counted. */
  readonly attempts: number;
  /** Of those, how many found the phone unreachable. */
  readonly unreachable: number;
  /** Attempts allowed beyond the policy's number, for lost ones. */
  readonly extraAttempts: number;
  /** Trunk trouble in a row. */
  readonly trunkTroubles: number;
  /** Whether `Active` was ever owed. */
  readonly wasActive: boolean;
  /** What the last counted attempt came to. */
  readonly lastResult?: NotificationStatus;
}

/**
 * The final status of a round that ends without a further call: its last result; without one, `Canceled` if it was
 * never dialled, else `Unreachable` (dialled, and no way through was found). Source: [TN-16, reading 39].
 */
export function statusWithoutFurtherCall(round: Pick<RoundProgress, 'lastResult' | 'wasActive'>): NotificationStatus {
  return round.lastResult ?? (round.wasActive ? 'Unreachable' : 'Canceled');
}

/** Whether a phone was ever dialled for it; trunk trouble that nobody was told of is no dialling. Source: [reading 39]. */
export function wasDialled(round: Pick<RoundProgress, 'lastResult' | 'wasActive'>): boolean {
  return round.lastResult !== undefined || round.wasActive;
}

/** Whether no attempt may start any more; `expiresAt` is the last moment one may. Source: [reading 31]. */
export function isExpired(round: Pick<RoundProgress, 'expiresAt'>, now: number): boolean {
  return now > round.expiresAt;
}
