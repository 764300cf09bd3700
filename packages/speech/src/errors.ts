/** The literal codes of a {@link SpeechError}. */
export const SPEECH_ERROR_CODES = [
  'SPEECH_NOTHING_TO_SAY',
  'SPEECH_TOO_LONG',
  'SPEECH_RECORDING_MISSING',
  'SPEECH_RECORDING_UNREADABLE',
  'SPEECH_ENGINE_MISSING',
  'SPEECH_ENGINE_FAILED',
  'SPEECH_CACHE_FAILED',
  'SPEECH_CONFIGURATION_INVALID',
] as const;

/** A value of {@link SPEECH_ERROR_CODES}. */
export type SpeechErrorCode = (typeof SPEECH_ERROR_CODES)[number];

/** What this package rejects with; match `code`. The text to say is never repeated in `message`. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly code: SpeechErrorCode;

  constructor(code: SpeechErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
