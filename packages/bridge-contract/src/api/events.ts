import { z } from 'zod';
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

/** Changes were left out: read the lists anew; the stream goes on after this change. */
export interface ResetEventJson {
  readonly after: number;
}

/** What each event of `/api/v1/events` carries, by its name. More names may come; ignore those you do not know. */
export interface ApiEvents {
  readonly change: ChangeEventJson;
  readonly dialling: DiallingJson;
  readonly reset: ResetEventJson;
}

/** What the stream is asked for. */
export interface EventQuery {
  readonly column?: string;
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

/** See {@link ResetEventJson}. */
export const resetEventSchema: z.ZodType<ResetEventJson> = z.object({ after: count });

/** The schema of each event's data, by its name. */
export const EVENT_SCHEMAS: { readonly [Name in keyof ApiEvents]: z.ZodType<ApiEvents[Name]> } = {
  change: changeEventSchema,
  dialling: diallingSchema,
  reset: resetEventSchema,
};

/** See {@link EventQuery}. */
export const eventQuerySchema: z.ZodType<EventQuery> = z.strictObject({ column: z.exactOptional(columnQuery) });
