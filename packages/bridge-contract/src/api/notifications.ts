import { z } from 'zod';
import { columnQuery, count, cursor, guid, instant, limit, phone, status } from './values.ts';
import type { ApiStatus, Instant } from './values.ts';

/** How an attempt ended. Source: [TN-16, reading 40]. */
export const ATTEMPT_OUTCOME_WORDS = [
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

/** Where a round stands. */
export const ROUND_STATE_WORDS = ['waiting', 'queued', 'claimed', 'dialling', 'final'] as const;

/** Why a round is final. */
export const ROUND_END_WORDS = ['result', 'expired', 'canceled', 'superseded', 'inbound', 'refused', 'unspeakable'] as const;

/** What the reaction to a sent message proved. Source: [reading 34]. */
export const EVIDENCE_WORDS = ['acknowledged', 'taken', 'unconfirmed', 'refused', 'inDoubt', 'notSent'] as const;

/** A value of {@link EVIDENCE_WORDS}. */
export type EvidenceWord = (typeof EVIDENCE_WORDS)[number];

/** Where a report stands. */
export const REPORT_STATE_WORDS = ['pending', 'claimed', 'delivered', 'dead', 'superseded'] as const;

/** A SayTextStatus owed to Taxi Navigator. Source: [TN-13]. */
export interface ReportJson {
  readonly reportId: number;
  readonly columnId: string;
  readonly guid: string;
  readonly status: ApiStatus;
  readonly changedAt: Instant;
  /** True when it repeats a status that was owed before. */
  readonly repeat: boolean;
  readonly state: (typeof REPORT_STATE_WORDS)[number];
  /** How often it was sent. */
  readonly tries: number;
  readonly lastEvidence?: EvidenceWord;
  readonly nextTryAt?: Instant;
  readonly settledAt?: Instant;
}

/** A change of status and the reports owed for it. */
export interface StatusChangeJson {
  readonly status: ApiStatus;
  /** True for the one change after which none follows in its round. */
  readonly final: boolean;
  readonly changedAt: Instant;
  readonly reports: readonly ReportJson[];
}

/** One call to the passenger. */
export interface AttemptJson {
  readonly attempt: number;
  readonly callId: string;
  readonly startedAt: Instant;
  readonly takenAt?: Instant;
  readonly rangAt?: Instant;
  readonly progressAt?: Instant;
  readonly answeredAt?: Instant;
  readonly endedAt?: Instant;
  readonly outcome?: (typeof ATTEMPT_OUTCOME_WORDS)[number];
  /** One sentence of evidence, e.g. `cause 17, SIP 486`. */
  readonly detail?: string;
  /** Whether it counts against the number of attempts. */
  readonly counted: boolean;
}

/** One SayText, from its receipt to its final status. */
export interface RoundJson {
  readonly round: number;
  readonly guid: string;
  readonly phone?: string;
  readonly text?: string;
  readonly state: (typeof ROUND_STATE_WORDS)[number];
  readonly end?: (typeof ROUND_END_WORDS)[number];
  readonly reason?: string;
  readonly peer: string;
  readonly acceptedAt: Instant;
  readonly expiresAt: Instant;
  readonly nextAttemptAt?: Instant;
  readonly attempts: readonly AttemptJson[];
  readonly changes: readonly StatusChangeJson[];
}

/** Everything known under one (column, GUID). */
export interface HistoryJson {
  readonly columnId: string;
  readonly canonicalGuid: string;
  readonly rounds: readonly RoundJson[];
}

/** A line of the list: the newest round of one (column, GUID). */
export interface NotificationJson {
  readonly columnId: string;
  readonly guid: string;
  readonly phone?: string;
  readonly text?: string;
  readonly status: ApiStatus;
  readonly final: boolean;
  readonly rounds: number;
  readonly attempts: number;
  readonly acceptedAt: Instant;
  readonly changedAt: Instant;
  readonly reportsOwed: number;
}

/** A page of notifications, newest first; without `cursor` it is the last. */
export interface NotificationPageJson {
  readonly notifications: readonly NotificationJson[];
  readonly cursor?: string;
}

/** What the list is asked for. */
export interface NotificationQuery {
  readonly column?: string;
  readonly status?: ApiStatus;
  /** In any form that a SayText may have. */
  readonly phone?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** What a cancel did. `hangingUp`: the phone rings; the round ends with what the call became. */
export interface CancelJson {
  readonly outcome: 'canceled' | 'ended' | 'hangingUp';
  readonly status?: ApiStatus;
}

/** A resend owes the current status once more. */
export interface ResendJson {
  readonly outcome: 'owed';
}

/** See {@link ReportJson}. */
export const reportSchema: z.ZodType<ReportJson> = z.object({
  reportId: count,
  columnId: z.string(),
  guid,
  status,
  changedAt: instant,
  repeat: z.boolean(),
  state: z.enum(REPORT_STATE_WORDS),
  tries: count,
  lastEvidence: z.enum(EVIDENCE_WORDS).exactOptional(),
  nextTryAt: z.exactOptional(instant),
  settledAt: z.exactOptional(instant),
});

/** See {@link StatusChangeJson}. */
export const statusChangeSchema: z.ZodType<StatusChangeJson> = z.object({
  status,
  final: z.boolean(),
  changedAt: instant,
  reports: z.array(reportSchema),
});

/** See {@link AttemptJson}. */
export const attemptSchema: z.ZodType<AttemptJson> = z.object({
  attempt: count,
  callId: z.string(),
  startedAt: instant,
  takenAt: z.exactOptional(instant),
  rangAt: z.exactOptional(instant),
  progressAt: z.exactOptional(instant),
  answeredAt: z.exactOptional(instant),
  endedAt: z.exactOptional(instant),
  outcome: z.enum(ATTEMPT_OUTCOME_WORDS).exactOptional(),
  detail: z.string().exactOptional(),
  counted: z.boolean(),
});

/** See {@link RoundJson}. */
export const roundSchema: z.ZodType<RoundJson> = z.object({
  round: z.int().min(1),
  guid,
  phone: z.exactOptional(phone),
  text: z.string().exactOptional(),
  state: z.enum(ROUND_STATE_WORDS),
  end: z.enum(ROUND_END_WORDS).exactOptional(),
  reason: z.string().exactOptional(),
  peer: z.string(),
  acceptedAt: instant,
  expiresAt: instant,
  nextAttemptAt: z.exactOptional(instant),
  attempts: z.array(attemptSchema),
  changes: z.array(statusChangeSchema),
});

/** See {@link HistoryJson}. */
export const historySchema: z.ZodType<HistoryJson> = z.object({
  columnId: z.string(),
  canonicalGuid: z.string(),
  rounds: z.array(roundSchema),
});

/** See {@link NotificationJson}. */
export const notificationSchema: z.ZodType<NotificationJson> = z.object({
  columnId: z.string(),
  guid,
  phone: z.exactOptional(phone),
  text: z.string().exactOptional(),
  status,
  final: z.boolean(),
  rounds: count,
  attempts: count,
  acceptedAt: instant,
  changedAt: instant,
  reportsOwed: count,
});

/** See {@link NotificationPageJson}. */
export const notificationPageSchema: z.ZodType<NotificationPageJson> = z.object({
  notifications: z.array(notificationSchema),
  cursor: z.exactOptional(cursor),
});

/** See {@link NotificationQuery}; `limit` is read from text. */
export const notificationQuerySchema: z.ZodType<NotificationQuery> = z.strictObject({
  column: z.exactOptional(columnQuery),
  status: z.exactOptional(status),
  phone: z.string().min(1).max(32).exactOptional(),
  cursor: z.exactOptional(cursor),
  limit,
});

/** What one notification is asked for with. */
export const oneNotificationQuerySchema: z.ZodType<{ readonly column?: string }> = z.strictObject({ column: z.exactOptional(columnQuery) });

/** See {@link CancelJson}. */
export const cancelSchema: z.ZodType<CancelJson> = z.object({
  outcome: z.enum(['canceled', 'ended', 'hangingUp']),
  status: z.exactOptional(status),
});

/** See {@link ResendJson}. */
export const resendSchema: z.ZodType<ResendJson> = z.object({ outcome: z.literal('owed') });
