/** The codes of {@link TransportError}. `TRANSPORT_NOT_WANTED` is never thrown: it is the `cause` of a message that was not sent. */
export const TRANSPORT_ERROR_CODES = [
  'TRANSPORT_LISTEN_FAILED',
  'TRANSPORT_ALLOW_INVALID',
  'TRANSPORT_CLOSED',
  'TRANSPORT_NOT_WANTED',
] as const;

/** A code of {@link TRANSPORT_ERROR_CODES}. */
export type TransportErrorCode = (typeof TRANSPORT_ERROR_CODES)[number];

/** What this package rejects with; match `code`. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
