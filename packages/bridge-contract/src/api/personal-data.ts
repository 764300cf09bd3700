import { z } from 'zod';
import { count } from './values.ts';

/** Asks for what the bridge does by itself every hour: texts and numbers past `retention`'s days are removed. */
export type RetentionRequest = Readonly<Record<string, never>>;

/** Whose data is to be removed. */
export interface ErasureRequest {
  /** In any form that the wire allows. */
  readonly phone: string;
}

/** How many rows lost their texts or numbers; statuses and times stay. */
export interface ChangedRowsJson {
  readonly rows: number;
  /** The time for one answer was over before the work was: ask again. */
  readonly more?: true;
}

/** See {@link RetentionRequest}. */
export const retentionRequestSchema: z.ZodType<RetentionRequest> = z.strictObject({});

/** See {@link ErasureRequest}. */
export const erasureRequestSchema: z.ZodType<ErasureRequest> = z.strictObject({ phone: z.string().min(1).max(40) });

/** See {@link ChangedRowsJson}. */
export const changedRowsSchema: z.ZodType<ChangedRowsJson> = z.object({ rows: count, more: z.literal(true).exactOptional() });
