import { z } from 'zod';
import type { LineCarType } from '../configuration.ts';
import { ATTEMPT_OUTCOME_WORDS } from './notifications.ts';
import { carType, columnQuery, count, cursor, instant, limit, phone } from './values.ts';
import type { Instant } from './values.ts';

/** What became of a popup. `late`: 3 s were over before it could be sent. Source: [TN-4, reading 35]. */
export const POPUP_OUTCOMES = ['acknowledged', 'taken', 'unconfirmed', 'refused', 'inDoubt', 'notSent', 'late'] as const;

/** How a Call, Dial or Conference ended. */
export const CALL_LOG_OUTCOMES: readonly [...typeof POPUP_OUTCOMES, ...typeof ATTEMPT_OUTCOME_WORDS] = [
  ...POPUP_OUTCOMES,
  ...ATTEMPT_OUTCOME_WORDS,
];

/** An incoming call to be shown to the dispatchers; exactly one of `column` and `line` says whose. */
export interface IncomingCallRequest {
  readonly column?: string;
  /** A dialled number, as in `columns[].lines`. */
  readonly line?: string;
  /** The caller's number, in any form that the wire allows. */
  readonly callerId: string;
  /** @defaultValue the line's, else `General` */
  readonly carType?: LineCarType;
}

/** What Taxi Navigator did with the popup. */
export interface IncomingCallJson {
  readonly outcome: (typeof POPUP_OUTCOMES)[number];
  /** One sentence on what was seen. */
  readonly evidence: string;
  readonly columnId: string;
  readonly carType: LineCarType;
}

/** A row of the call log. */
export interface CallLogJson {
  readonly id: number;
  readonly kind: 'Call' | 'Dial' | 'Conference';
  readonly columnId: string;
  readonly peer: string;
  readonly numbers: readonly string[];
  readonly callId?: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly outcome?: (typeof CALL_LOG_OUTCOMES)[number];
  readonly detail?: string;
}

/** A page of the call log, newest first; without `cursor` it is the last. */
export interface CallLogPageJson {
  readonly calls: readonly CallLogJson[];
  readonly cursor?: string;
}

/** What the call log is asked for. */
export interface CallLogQuery {
  readonly column?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** See {@link IncomingCallRequest}. */
export const incomingCallRequestSchema: z.ZodType<IncomingCallRequest> = z
  .strictObject({
    column: z.exactOptional(columnQuery),
    line: z
      .string()
      .regex(/^\+?[0-9]{2,15}$/)
      .exactOptional(),
    callerId: z.string().min(1).max(32),
    carType: z.exactOptional(carType),
  })
  .refine((request) => (request.column === undefined) !== (request.line === undefined), {
    error: 'exactly one of column and line is required',
  });

/** See {@link IncomingCallJson}. */
export const incomingCallSchema: z.ZodType<IncomingCallJson> = z.object({
  outcome: z.enum(POPUP_OUTCOMES),
  evidence: z.string(),
  columnId: z.string(),
  carType,
});

/** See {@link CallLogJson}. */
export const callLogSchema: z.ZodType<CallLogJson> = z.object({
  id: count,
  kind: z.enum(['Call', 'Dial', 'Conference']),
  columnId: z.string(),
  peer: z.string(),
  numbers: z.array(phone),
  callId: z.string().exactOptional(),
  startedAt: instant,
  endedAt: z.exactOptional(instant),
  outcome: z.enum(CALL_LOG_OUTCOMES).exactOptional(),
  detail: z.string().exactOptional(),
});

/** See {@link CallLogPageJson}. */
export const callLogPageSchema: z.ZodType<CallLogPageJson> = z.object({ calls: z.array(callLogSchema), cursor: z.exactOptional(cursor) });

/** See {@link CallLogQuery}. */
export const callLogQuerySchema: z.ZodType<CallLogQuery> = z.strictObject({
  column: z.exactOptional(columnQuery),
  cursor: z.exactOptional(cursor),
  limit,
});
