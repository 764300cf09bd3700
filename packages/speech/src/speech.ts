import type { PhraseSettings } from './phrase.ts';

/** A text made into sound, ready before the phone is called. */
export interface PreparedSpeech {
  /** Absolute path without extension; beside it lies `<path>.wav`, 8 kHz mono signed 16-bit. */
  readonly path: string;
  /** Length of one reading, above 0. */
  readonly durationMs: number;
  /** Where the sound is from. */
  readonly source: 'recording' | 'template' | 'synthesized' | 'fallback';
  /** What the phrase that was recognized asks for; absent for a text that none knows. */
  readonly settings?: PhraseSettings;
}

/**
 * Turns texts into sound: a known phrase's recording, else a template with its slots, else the engine, else the fallback
 * recording. Sound is kept in the cache by its content.
 */
export interface Speech extends AsyncDisposable {
  /** Short ASCII why this text can never be spoken (nothing to say, too long for 45 s by estimate), judged at receipt without any work. */
  refusal(text: string): string | undefined;
  /** What a known phrase asks for, without making any sound. */
  settingsOf(text: string): PhraseSettings | undefined;
  /**
   * Makes sound of a text, or finds it in the cache. What several callers ask for at once is made once.
   *
   * @throws SpeechError when none can be made: `SPEECH_TOO_LONG` (one reading does not fit into 45 s), `SPEECH_ENGINE_FAILED`,
   * `SPEECH_RECORDING_MISSING`, `SPEECH_NOTHING_TO_SAY`
   */
  prepare(text: string, signal?: AbortSignal): Promise<PreparedSpeech>;
  /** Prepares every known phrase and template part, one after another, so that the first call does not wait; problems are returned, not thrown. */
  warm(signal?: AbortSignal): Promise<readonly { readonly phrase: string; readonly error: Error }[]>;
}
