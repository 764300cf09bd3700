import { z } from 'zod';

/** The switch that stops all dialling. */
export interface DiallingJson {
  readonly enabled: boolean;
  /** Shown to people; at most 200 characters. */
  readonly reason?: string;
}

/** Whether the process lives. */
export interface LiveJson {
  readonly status: 'live';
}

/** Whether the bridge can do its work; with a false check the answer is 503. */
export interface ReadyJson {
  readonly status: 'ready' | 'notReady';
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail?: string }[];
}

/** See {@link DiallingJson}; both what is read and what is written. */
export const diallingSchema: z.ZodType<DiallingJson> = z.strictObject({
  enabled: z.boolean(),
  reason: z.string().max(200).exactOptional(),
});

/** See {@link LiveJson}. */
export const liveSchema: z.ZodType<LiveJson> = z.object({ status: z.literal('live') });

/** See {@link ReadyJson}. */
export const readySchema: z.ZodType<ReadyJson> = z.object({
  status: z.enum(['ready', 'notReady']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().exactOptional() })),
});
