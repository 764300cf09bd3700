export type { PreparedSpeech, Speech } from './speech.ts';
export type { Phrase, PhraseSettings } from './phrase.ts';
export type { Sound, SpeechEngine } from './engine.ts';
export { LANGUAGES, type Language } from './language.ts';
export { SPEECH_ERROR_CODES, SpeechError, type SpeechErrorCode } from './errors.ts';
