import type { NotificationStatus } from '@taxinav/codec';
import type { AttemptOutcome } from '../notification.ts';

/** A status that an attempt may come to. */
export type AttemptResult = Extract<NotificationStatus, 'Done' | 'Busy' | 'Unanswered' | 'Unreachable'>;

/** What an outcome means for the notification. */
export interface AttemptVerdict {
  readonly result: AttemptResult;
  /** What pause precedes the next attempt; `never`: there is none. */
  readonly redial: 'busy' | 'unanswered' | 'unreachable' | 'never';
}

const VERDICTS = {
  answered: { result: 'Done', redial: 'never' },
  busy: { result: 'Busy', redial: 'busy' },
  rejected: { result: 'Busy', redial: 'never' },
  unanswered: { result: 'Unanswered', redial: 'unanswered' },
  unreachable: { result: 'Unreachable', redial: 'unreachable' },
  noSuchNumber: { result: 'Unreachable', redial: 'never' },
} as const satisfies Record<Exclude<AttemptOutcome, 'trunkTrouble' | 'withdrawn' | 'lost'>, AttemptVerdict>;

/**
 * Outcome to status and redial; `undefined` for what is not an attempt (trunk trouble, withdrawn).
 * A lost call is judged by what was stored of it: its answer, its ringing, or neither. Source: [TN-16, reading 40].
 */
export function attemptVerdict(
  outcome: AttemptOutcome,
  seen: { readonly answered: boolean; readonly rang: boolean },
): AttemptVerdict | undefined {
  if (seen.answered) return VERDICTS.answered;
  switch (outcome) {
    case 'trunkTrouble':
    case 'withdrawn':
      return undefined;
    case 'lost':
      return seen.rang ? VERDICTS.unanswered : VERDICTS.unreachable;
    default:
      return VERDICTS[outcome];
  }
}
