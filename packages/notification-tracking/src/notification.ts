import type { CanonicalGuid, Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';

/**
 * How an attempt ended, in telephony's words.
 * `trunkTrouble` and `withdrawn` are not attempts: they keep the attempt's number and do not count.
 * `lost`: after a crash or an outage the call was proven absent and nobody saw its end.
 * Source: [TN-16, reading 40].
 */
export const ATTEMPT_OUTCOMES = [
  'answered',
  'busy',
  'rejected',
  'unanswered',
  'unreachable',
  'noSuchNumber',
  'trunkTrouble',
  'withdrawn',
  'lost',
] as const;

/** A value of {@link ATTEMPT_OUTCOMES}. */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What may be learnt about a call while it is set up. `dialling`: the PBX took the originate 2 s ago and nothing else was heard. */
export type AttemptProgress = 'ringing' | 'progress' | 'answered' | 'dialling';

/**
 * Where a round stands.
 * `waiting`: behind an older round of its GUID that is being dialled. `queued`: waits for a channel or its next attempt.
 * `claimed`: taken by a dialler that prepares the audio. `dialling`: an attempt is alive. `final`: nothing follows.
 */
export type RoundState = 'waiting' | 'queued' | 'claimed' | 'dialling' | 'final';

/** Why a round is final. */
export type RoundEnd = 'result' | 'expired' | 'canceled' | 'superseded' | 'inbound' | 'refused' | 'unspeakable';

/** What the reaction to a sent report proved; the words of the transport package. Source: [reading 34]. */
export type ReportEvidence = 'acknowledged' | 'taken' | 'unconfirmed' | 'refused' | 'inDoubt' | 'notSent';

/** Where a report stands. `superseded`: dropped because a later one of its GUID made it worthless (`coalesceLate`). */
export type ReportState = 'pending' | 'claimed' | 'delivered' | 'dead' | 'superseded';

/** A SayTextStatus owed to Taxi Navigator. */
export interface Report {
  readonly reportId: number;
  readonly columnId: string;
  /** As it was received: the wire echoes it. */
  readonly guid: Guid;
  readonly status: NotificationStatus;
  /** UTC milliseconds of the change; what `StatusChangedTime` shows. Never decreasing within a GUID. */
  readonly changedAt: number;
  /** True when it repeats a status that was owed before (duplicate SayText, `resend`). */
  readonly repeat: boolean;
  readonly state: ReportState;
  /** How often it was sent. */
  readonly tries: number;
  readonly lastEvidence?: ReportEvidence;
  readonly nextTryAt?: number;
  readonly settledAt?: number;
}

/** A change of status, and the reports owed for it. */
export interface StatusChange {
  readonly status: NotificationStatus;
  /** True for the one change after which none follows in its round. */
  readonly final: boolean;
  readonly changedAt: number;
  readonly reports: readonly Report[];
}

/** One call to the passenger. */
export interface Attempt {
  /** A serial that is never used again, also after a restart. */
  readonly attempt: number;
  /** `taxinav-<installation>-<attempt>`. */
  readonly callId: string;
  readonly startedAt: number;
  readonly takenAt?: number;
  readonly rangAt?: number;
  readonly progressAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly outcome?: AttemptOutcome;
  /** One sentence of evidence, e.g. `cause 17, SIP 486`. */
  readonly detail?: string;
  /** Whether it counts against the number of attempts. */
  readonly counted: boolean;
}

/** One SayText, from its receipt to its final status. */
export interface Round {
  /** 1 for the first SayText with this GUID. */
  readonly round: number;
  readonly guid: Guid;
  readonly phone?: PhoneNumber;
  /** Absent once retention or erasure removed it. */
  readonly text?: string;
  readonly state: RoundState;
  readonly end?: RoundEnd;
  /** Why it was refused or could not be spoken. */
  readonly reason?: string;
  readonly peer: string;
  readonly acceptedAt: number;
  readonly expiresAt: number;
  readonly nextAttemptAt?: number;
  readonly attempts: readonly Attempt[];
  readonly changes: readonly StatusChange[];
}

/** Everything known under one (column, GUID). */
export interface NotificationHistory {
  readonly columnId: string;
  readonly canonicalGuid: CanonicalGuid;
  readonly rounds: readonly Round[];
}

/** A line of a list: the newest round of one (column, GUID). */
export interface NotificationLine {
  readonly id: number;
  readonly columnId: string;
  readonly guid: Guid;
  readonly phone?: PhoneNumber;
  readonly text?: string;
  readonly status: NotificationStatus;
  readonly final: boolean;
  readonly rounds: number;
  /** Attempts that counted, in the newest round. */
  readonly attempts: number;
  readonly acceptedAt: number;
  readonly changedAt: number;
  /** Reports still owed. */
  readonly reportsOwed: number;
}
