/**
 * What can go wrong beyond a call's own outcome.
 *
 * - `PBX_NOT_READY`: the PBX cannot be asked now; ask again when its state is `ready`.
 */
export const TELEPHONY_ERROR_CODES = ['PBX_NOT_READY'] as const;

/** A value of {@link TELEPHONY_ERROR_CODES}. */
export type TelephonyErrorCode = (typeof TELEPHONY_ERROR_CODES)[number];

/** The error of this package; callers match `code`. */
export class TelephonyError extends Error {
  override readonly name = 'TelephonyError';
  readonly code: TelephonyErrorCode;

  constructor(code: TelephonyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
