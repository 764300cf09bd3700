import { z } from 'zod';
import { callLogSchema } from './calls.ts';
import type { CallLogJson } from './calls.ts';
import { columnStateSchema } from './columns.ts';
import type { ColumnJson } from './columns.ts';
import { diallingSchema } from './controls.ts';
import type { DiallingJson } from './controls.ts';
import { columnQuery, count, guid, instant, status } from './values.ts';
import type { ApiStatus, Instant } from './values.ts';

/** A change of status. `change` grows and is the SSE id: a client that comes back with `Last-Event-ID` misses none. */
export interface ChangeEventJson {
  readonly change: number;
  readonly columnId: string;
  readonly guid: string;
  readonly round: number;
  readonly status: ApiStatus;
  readonly final: boolean;
  readonly changedAt: Instant;
}

/** Bytes that crossed a socket; only for those who see numbers, and only with `?frames=true`. */
export interface FrameEventJson {
  readonly columnId: string;
  readonly direction: 'in' | 'out';
  /** `HOST:PORT` of the other end. */
  readonly peer: string;
  readonly at: Instant;
  readonly base64: string;
}

/** Changes were left out: read the lists anew; the stream goes on after this change. */
export interface ResetEventJson {
  readonly after: number;
}

/** What each event of `/api/v1/events` carries, by its name. */
export interface ApiEvents {
  readonly change: ChangeEventJson;
  readonly column: ColumnJson;
  readonly call: CallLogJson;
  readonly dialling: DiallingJson;
  readonly frame: FrameEventJson;
  readonly reset: ResetEventJson;
}

/** What the stream is asked for. */
export interface EventQuery {
  readonly column?: string;
  readonly frames: boolean;
}

/** See {@link ChangeEventJson}. */
export const changeEventSchema: z.ZodType<ChangeEventJson> = z.object({
  change: count,
  columnId: z.string(),
  guid,
  round: z.int().min(1),
  status,
  final: z.boolean(),
  changedAt: instant,
});

/** See {@link FrameEventJson}. */
export const frameEventSchema: z.ZodType<FrameEventJson> = z.object({
  columnId: z.string(),
  direction: z.enum(['in', 'out']),
  peer: z.string(),
  at: instant,
  base64: z.base64(),
});

/** See {@link ResetEventJson}. */
export const resetEventSchema: z.ZodType<ResetEventJson> = z.object({ after: count });

/** The schema of each event's data, by its name. */
export const EVENT_SCHEMAS: { readonly [Name in keyof ApiEvents]: z.ZodType<ApiEvents[Name]> } = {
  change: changeEventSchema,
  column: columnStateSchema,
  call: callLogSchema,
  dialling: diallingSchema,
  frame: frameEventSchema,
  reset: resetEventSchema,
};

/** See {@link EventQuery}; `frames` is read from text. */
export const eventQuerySchema: z.ZodType<EventQuery> = z.strictObject({
  column: z.exactOptional(columnQuery),
  frames: z
    .enum(['true', 'false'])
    .prefault('false')
    .transform((written) => written === 'true'),
});
