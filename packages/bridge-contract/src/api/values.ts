import { z } from 'zod';
import { LINE_CAR_TYPES } from '../configuration.ts';
import type { LineCarType } from '../configuration.ts';

/** The seven values of `Status`. Source: [TN-16]. */
export const API_STATUSES = ['Queued', 'Active', 'Done', 'Busy', 'Unreachable', 'Unanswered', 'Canceled'] as const;

/** A value of {@link API_STATUSES}. */
export type ApiStatus = (typeof API_STATUSES)[number];

/** A moment: ISO 8601, UTC, milliseconds, e.g. `2026-11-03T13:21:30.000Z`. */
export type Instant = string;

/** Milliseconds since 1970 as the API writes them. @throws RangeError outside ±8.64e15 ms. */
export function toInstant(at: number): Instant {
  return new Date(at).toISOString();
}

/** A moment. */
export const instant: z.ZodType<Instant> = z.iso.datetime().meta({ description: 'UTC, ISO 8601, e.g. 2026-11-03T13:21:30.000Z' });

/** A status. */
export const status: z.ZodType<ApiStatus> = z.enum(API_STATUSES);

/** A car type. */
export const carType: z.ZodType<LineCarType> = z.enum(LINE_CAR_TYPES);

/** A phone number as the API shows it. */
export const phone: z.ZodType<string> = z
  .string()
  .max(32)
  .meta({ description: 'National digits, or + and country code where foreign; masked (067***0279) unless the caller may see numbers' });

/** A GUID as it was received. */
export const guid: z.ZodType<string> = z.string().max(64).meta({ description: 'As Taxi Navigator sent it' });

/** A count of things. */
export const count: z.ZodType<number> = z.int().min(0);

/** Where a page of a list goes on; opaque. */
export const cursor: z.ZodType<string> = z.string().min(1).max(200).meta({ description: 'From the page before; opaque' });

/** How long a page may be. */
export const limit: z.ZodType<number> = z.coerce
  .number()
  .int()
  .min(1)
  .max(500)
  .prefault(50)
  .meta({ description: 'Lines of a page [lines; default 50]' });

/** A column's id in a query. */
export const columnQuery: z.ZodType<string> = z.string().min(1).max(32).meta({ description: "A column's id" });

/** Hides the middle of a number: `067***0279`. Of a short one only the first digit is shown. */
export function maskNumber(number: string): string {
  return number.length < 9 ? `${number.slice(0, 1)}***` : `${number.slice(0, 3)}***${number.slice(-4)}`;
}
