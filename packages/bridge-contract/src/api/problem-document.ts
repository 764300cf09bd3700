import { z } from 'zod';

/** Every error the API answers with: its HTTP status and its title. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request has not the form that this operation asks for' },
  unauthorized: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'The token may not do this' },
  'host-not-allowed': { status: 403, title: 'The Host header names another server' },
  'origin-not-allowed': { status: 403, title: 'The request comes from a page of another server' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-notification': { status: 404, title: 'No notification has this GUID' },
  'unknown-column': { status: 404, title: 'There is no such column' },
  'unknown-line': { status: 404, title: 'No column has this line' },
  'method-not-allowed': { status: 405, title: 'This path does not know the method' },
  'ambiguous-column': { status: 409, title: 'Several columns have a notification with this GUID' },
  'not-cancelable': { status: 409, title: 'The notification cannot be canceled any more' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has to be application/json' },
  'too-many-requests': { status: 429, title: 'Too many requests or event streams' },
  internal: { status: 500, title: 'The bridge failed at this request' },
  'store-unavailable': { status: 503, title: 'The database cannot be used' },
  'shutting-down': { status: 503, title: 'The bridge is stopping' },
} as const;

/** A code of {@link PROBLEMS}. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What an error answer says, RFC 9457; media type `application/problem+json`. */
export interface ProblemDocument {
  /** `urn:taxinav:problem:CODE`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What happened this time, and what to do. */
  readonly detail: string;
  readonly code: ProblemCode;
  /** With `ambiguous-column`: give one of these as `?column=`. */
  readonly candidates?: readonly { readonly columnId: string; readonly guid: string }[];
  /** With `invalid-request`: what is wrong where. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Makes the document of a problem. */
export function problemDocument(
  code: ProblemCode,
  detail: string,
  more: Pick<ProblemDocument, 'candidates' | 'errors'> = {},
): ProblemDocument {
  return { type: `urn:taxinav:problem:${code}`, ...PROBLEMS[code], detail, code, ...more };
}

/** See {@link ProblemDocument}. */
export const problemDocumentSchema: z.ZodType<ProblemDocument> = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]),
  candidates: z.array(z.object({ columnId: z.string(), guid: z.string() })).exactOptional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
});
