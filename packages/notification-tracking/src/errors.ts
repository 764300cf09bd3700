/** The codes of {@link TrackingError}. */
export const TRACKING_ERROR_CODES = [
  'TRACKING_STORE_FULL',
  'TRACKING_STORE_BUSY',
  'TRACKING_STORE_FAILED',
  'TRACKING_STORE_CLOSED',
  'TRACKING_STORE_OPEN_FAILED',
  'TRACKING_SCHEMA_NEWER',
  'TRACKING_LEASE_LOST',
  'TRACKING_CONSTRAINT',
  'TRACKING_COMMAND_INVALID',
] as const;

/** A code of {@link TRACKING_ERROR_CODES}. */
export type TrackingErrorCode = (typeof TRACKING_ERROR_CODES)[number];

/** What this package rejects with; match `code`. */
export class TrackingError extends Error {
  override readonly name = 'TrackingError';
  readonly code: TrackingErrorCode;

  constructor(code: TrackingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
