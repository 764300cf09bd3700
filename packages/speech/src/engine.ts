import type { Language } from './language.ts';

/** Sound as samples: mono, signed 16-bit. */
export interface Sound {
  readonly samples: Int16Array;
  /** Samples a second. */
  readonly sampleRate: number;
}

/** Speaks a text that nobody has recorded. */
export interface SpeechEngine extends AsyncDisposable {
  /** Names engine, version and voice: part of the cache key. */
  readonly identity: string;
  /** @throws SpeechError with `SPEECH_ENGINE_FAILED` or `SPEECH_ENGINE_MISSING` */
  speak(text: string, language: Language, signal?: AbortSignal): Promise<Sound>;
}
