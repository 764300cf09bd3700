import { z } from 'zod';
import { reportSchema } from './notifications.ts';
import type { ReportJson } from './notifications.ts';
import { columnQuery, count, cursor, limit } from './values.ts';

/** What the list of reports is asked for: owed ones, or dead letters. */
export interface ReportQuery {
  readonly state: 'pending' | 'dead';
  readonly column?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** A page of reports, oldest first; without `cursor` it is the last. */
export interface ReportPageJson {
  readonly reports: readonly ReportJson[];
  readonly cursor?: string;
}

/** Which dead letters become pending again: one, those of a column, or all. */
export interface RedriveRequest {
  readonly reportId?: number;
  readonly column?: string;
}

/** How many reports became pending. */
export interface RedriveJson {
  readonly redriven: number;
}

/** See {@link ReportQuery}. */
export const reportQuerySchema: z.ZodType<ReportQuery> = z.strictObject({
  state: z.enum(['pending', 'dead']).prefault('pending'),
  column: z.exactOptional(columnQuery),
  cursor: z.exactOptional(cursor),
  limit,
});

/** See {@link ReportPageJson}. */
export const reportPageSchema: z.ZodType<ReportPageJson> = z.object({ reports: z.array(reportSchema), cursor: z.exactOptional(cursor) });

/** See {@link RedriveRequest}. */
export const redriveRequestSchema: z.ZodType<RedriveRequest> = z.strictObject({
  reportId: z.exactOptional(count),
  column: z.exactOptional(columnQuery),
});

/** See {@link RedriveJson}. */
export const redriveSchema: z.ZodType<RedriveJson> = z.object({ redriven: count });
