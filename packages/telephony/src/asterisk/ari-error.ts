/**
 * What can go wrong with one request to ARI.
 *
 * - `ARI_UNREACHABLE`: no connection, or it broke; whether Asterisk did what was asked is not known.
 * - `ARI_TIMEOUT`: no answer in time; whether Asterisk did what was asked is not known.
 * - `ARI_BUSY`: too many requests wait already; it was not sent.
 * - `ARI_NOT_OURS`: another process may use this Asterisk; it was not sent.
 * - `ARI_UNAUTHORIZED`: 401 or 403: user or password wrong, or the account is read-only, or its address not permitted.
 * - `ARI_NOT_FOUND`: 404: no such channel, bridge, playback, application or variable.
 * - `ARI_CONFLICT`: 409: the id is taken, or the channel is in no state for it.
 * - `ARI_REFUSED`: another 4xx.
 * - `ARI_FAILED`: 5xx; an originate over an endpoint that Asterisk does not know is one.
 * - `ARI_UNREADABLE`: an answer of 200 that is not what ARI says it is.
 */
export const ARI_ERROR_CODES = [
  'ARI_UNREACHABLE',
  'ARI_TIMEOUT',
  'ARI_BUSY',
  'ARI_NOT_OURS',
  'ARI_UNAUTHORIZED',
  'ARI_NOT_FOUND',
  'ARI_CONFLICT',
  'ARI_REFUSED',
  'ARI_FAILED',
  'ARI_UNREADABLE',
] as const;

/** A value of {@link ARI_ERROR_CODES}. */
export type AriErrorCode = (typeof ARI_ERROR_CODES)[number];

/** The error of a request to ARI; callers match `code`. */
export class AriError extends Error {
  override readonly name = 'AriError';
  readonly code: AriErrorCode;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: AriErrorCode, message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}

/** Whether an error is of this code. */
export function isAriError(error: unknown, ...codes: readonly AriErrorCode[]): error is AriError {
  return error instanceof AriError && codes.includes(error.code);
}
