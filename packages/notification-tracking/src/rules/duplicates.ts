import type { NotificationStatus } from '@taxinav/codec';
import type { RoundEnd, RoundState } from '../notification.ts';
import type { RedialPolicy } from '../policy.ts';
import { wasDialled, type RoundProgress } from './round-progress.ts';

/** What was asked to be said to whom. */
export interface Content {
  readonly phone?: string;
  readonly text?: string;
}

/** The newest round of a GUID, as far as a further SayText is concerned. */
export interface NewestRound extends Content, Pick<RoundProgress, 'lastResult' | 'wasActive'> {
  readonly state: RoundState;
  readonly status: NotificationStatus;
  readonly changedAt: number;
  readonly end?: RoundEnd;
  readonly reason?: string;
  /** A cancel or an inbound call will end it. */
  readonly ending: boolean;
}

/**
 * What a SayText is to a GUID that may be known.
 * `replace`: the newest round gets the content; `supersede`: the newest round ends now and a new one starts;
 * `wait`: a new round starts when the attempt that is alive has ended; `first`: the newest round, if any, is past.
 */
export type SayTextMeaning = 'first' | 'duplicate' | 'replace' | 'supersede' | 'wait';

function sameContent(one: Content, other: Content): boolean {
  return one.phone === other.phone && one.text === other.text;
}

/** Judges a SayText that policy lets through. Source: [TN-12, reading 33]. */
export function judgeSayText(
  content: Content,
  newest: NewestRound | undefined,
  now: number,
  policy: Pick<RedialPolicy, 'duplicateAfterDoneMs' | 'duplicateAfterResultMs'>,
): SayTextMeaning {
  if (newest === undefined) return 'first';
  const same = sameContent(content, newest);
  switch (newest.state) {
    case 'final': {
      const window = newest.status === 'Done' ? policy.duplicateAfterDoneMs : policy.duplicateAfterResultMs;
      return same && newest.end !== 'refused' && now - newest.changedAt < window ? 'duplicate' : 'first';
    }
    case 'waiting':
      return same && !newest.ending ? 'duplicate' : 'replace';
    case 'dialling':
      return same ? 'duplicate' : 'wait';
    case 'queued':
    case 'claimed':
      if (same) return 'duplicate';
      return wasDialled(newest) ? 'supersede' : 'replace';
    default:
      return newest.state satisfies never;
  }
}

/**
 * Judges a SayText that is refused: a round that is alive goes on as if nothing had come; the same refusal again within
 * `duplicateAfterResultMs` is a duplicate; else it gets a round of its own, born final. Source: [reading 26, reading 33].
 */
export function judgeRefusal(
  content: Content & { readonly reason: string },
  newest: NewestRound | undefined,
  now: number,
  policy: Pick<RedialPolicy, 'duplicateAfterResultMs'>,
): 'refuse' | 'duplicate' | 'ignore' {
  if (newest === undefined) return 'refuse';
  if (newest.state !== 'final') return 'ignore';
  const again = newest.end === 'refused' && newest.reason === content.reason && sameContent(content, newest);
  return again && now - newest.changedAt < policy.duplicateAfterResultMs ? 'duplicate' : 'refuse';
}
