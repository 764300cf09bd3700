/** Why a message could not be written. */
export const PROTOCOL_ERROR_CODES = [
  'control-character',
  'unencodable-character',
  'invalid-field',
  'invalid-name',
  'text-too-long',
  'line-too-long',
  'message-too-long',
  'too-many-fields',
] as const;

/** A code of {@link PROTOCOL_ERROR_CODES}. */
export type ProtocolErrorCode = (typeof PROTOCOL_ERROR_CODES)[number];

/** A message that must not be written as it stands: the caller's mistake, or a value that would break the frame. */
export class ProtocolError extends Error {
  override readonly name: string = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** The wire name of the field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(code: ProtocolErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
