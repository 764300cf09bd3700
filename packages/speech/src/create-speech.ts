import { resolve } from 'node:path';
import { durationMs, joined, telephoneSound } from './audio.ts';
import { SoundCache, type CachedSound } from './cache.ts';
import type { SpeechEngine } from './engine.ts';
import { SpeechError } from './errors.ts';
import { languageOf, LANGUAGES, type Language } from './language.ts';
import type { Phrase, PhraseSettings } from './phrase.ts';
import { createPhrasebook, type Phrasebook, type PhraseMatch } from './phrasebook.ts';
import { Recordings } from './recordings.ts';
import { soundKey } from './sound-files.ts';
import type { PreparedSpeech, Speech } from './speech.ts';
import { estimateMs, nothingToSay, spokenForm } from './spoken-form.ts';
import { isTemplate, type SpokenPart } from './template.ts';
import { Turnstile } from './turnstile.ts';

/** One reading must fit into it, ms. Source: design 4.7. */
export const LONGEST_READING_MS = 45_000;
/** Recordings that are converted at once; as many may wait as there are phrases. */
const CONVERTED_AT_ONCE = 2;
/** Silence between a recording and what is spoken beside it; each has a little of its own. */
const BETWEEN_PARTS_MS = 30;
/** What makes any sound. */
const HEARD = /[\p{L}\p{N}]/u;

/** A lesser source was used than was asked for, or the cache could not be tidied. */
export interface SpeechProblem {
  /** The phrase of the configuration that it concerns; absent for a text that none knows. */
  readonly phrase?: string;
  readonly error: Error;
}

/** What speech is made of. */
export interface SpeechOptions {
  readonly phrases: readonly Phrase[];
  /** Speaks what nobody has recorded; disposed of with the speech. Undefined: recordings only. */
  readonly engine: SpeechEngine | undefined;
  /** WAV file that is said when no sound can be made of a text that could be spoken. @defaultValue none */
  readonly fallback?: string;
  /** Of a text whose letters do not tell. */
  readonly defaultLanguage: Language;
  /** Folder of prepared sound, made where there is none, and its limit in mebibytes, from 1. */
  readonly cache: { readonly folder: string; readonly megabytes: number };
  /** UTC ms. @defaultValue the system's clock */
  readonly now?: () => number;
  /** Told of every {@link SpeechProblem}. @defaultValue nobody is told */
  readonly onProblem?: (problem: SpeechProblem) => void;
}

/**
 * Opens the cache and gives what turns texts into sound.
 *
 * @throws SpeechError with `SPEECH_CONFIGURATION_INVALID` or `SPEECH_CACHE_FAILED`; RangeError for a limit out of its bounds
 */
export async function createSpeech(options: SpeechOptions): Promise<Speech> {
  if (!LANGUAGES.includes(options.defaultLanguage)) {
    throw new SpeechError('SPEECH_CONFIGURATION_INVALID', `defaultLanguage: expected ${LANGUAGES.join(' or ')}.`);
  }
  const phrasebook = createPhrasebook(options.phrases);
  const onProblem = options.onProblem ?? ((): void => undefined);
  const cache = await SoundCache.open({
    ...options.cache,
    now: options.now ?? Date.now,
    onProblem: (error) => onProblem({ error }),
  });
  return new CachedSpeech({ ...options, onProblem }, phrasebook, cache);
}

/** One way to make sound of a text; the next is tried when it fails. */
interface Way {
  readonly source: PreparedSpeech['source'];
  readonly make: (signal?: AbortSignal) => Promise<CachedSound>;
}

class CachedSpeech implements Speech {
  readonly #options: SpeechOptions & Required<Pick<SpeechOptions, 'onProblem'>>;
  readonly #phrasebook: Phrasebook;
  readonly #cache: SoundCache;
  readonly #recordings = new Recordings();
  readonly #converting: Turnstile;
  readonly #closing = new AbortController();

  constructor(options: SpeechOptions & Required<Pick<SpeechOptions, 'onProblem'>>, phrasebook: Phrasebook, cache: SoundCache) {
    this.#options = options;
    this.#phrasebook = phrasebook;
    this.#cache = cache;
    this.#converting = new Turnstile(CONVERTED_AT_ONCE, options.phrases.length + 1);
  }

  refusal(text: string): string | undefined {
    const match = this.#phrasebook.find(text);
    if (match?.phrase.ringOnly === true || (match?.kind === 'phrase' && match.phrase.recording !== undefined)) return undefined;
    if (nothingToSay(text)) return 'nothing to say';
    if (estimateMs(text, this.#languageOf(text)) > LONGEST_READING_MS) return 'text too long to be spoken';
    const { engine, fallback } = this.#options;
    return engine === undefined && fallback === undefined ? 'no recording of this text, no engine' : undefined;
  }

  settingsOf(text: string): PhraseSettings | undefined {
    const match = this.#phrasebook.find(text);
    return match === undefined ? undefined : settings(match.phrase);
  }

  async prepare(text: string, signal?: AbortSignal): Promise<PreparedSpeech> {
    this.#requireOpen();
    const match = this.#phrasebook.find(text);
    let first: unknown;
    for (const { source, make } of this.#ways(text, match)) {
      try {
        const { path, durationMs: length } = await make(signal);
        return { path, durationMs: length, source, ...(match === undefined ? {} : { settings: settings(match.phrase) }) };
      } catch (error) {
        signal?.throwIfAborted();
        this.#requireOpen();
        // The text itself is at fault: no other voice would do better.
        if (first === undefined && source !== 'recording' && isOfTheText(error)) throw error;
        first ??= error;
        this.#options.onProblem({ error: asError(error), ...(match === undefined ? {} : { phrase: match.phrase.text }) });
      }
    }
    throw first ?? noEngine();
  }

  async warm(signal?: AbortSignal): Promise<readonly { readonly phrase: string; readonly error: Error }[]> {
    const problems: { readonly phrase: string; readonly error: Error }[] = [];
    const { phrases, fallback } = this.#options;
    const work: (readonly [phrase: string, make: () => Promise<unknown>])[] = phrases
      .filter(({ ringOnly }) => ringOnly !== true)
      .map((phrase) => [phrase.text, () => this.#prepared(phrase, signal)]);
    if (fallback !== undefined) work.push(['fallback', () => this.#recorded(fallback, signal)]);
    const stopped = (): boolean => signal?.aborted === true || this.#closing.signal.aborted;
    for (const [phrase, make] of work) {
      if (stopped()) break;
      try {
        await make();
      } catch (error) {
        if (stopped()) break;
        problems.push({ phrase, error: asError(error) });
      }
    }
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#options.engine?.[Symbol.asyncDispose]();
    await this.#cache[Symbol.asyncDispose]();
  }

  /** What can be prepared of a phrase before anybody asks for it. */
  async #prepared(phrase: Phrase, signal: AbortSignal | undefined): Promise<void> {
    if (phrase.recording !== undefined) await this.#recorded(phrase.recording, signal);
    // The words of a template without a recording are spoken together with what is in its slots.
    else if (!isTemplate(phrase.text)) await this.#spoken(phrase.text, spokenForm(phrase.text, this.#languageOf(phrase.text)), signal);
  }

  #ways(text: string, match: PhraseMatch | undefined): readonly Way[] {
    const { engine, fallback } = this.#options;
    const ways: Way[] = [];
    const recording = match?.phrase.recording;
    if (match?.kind === 'phrase' && recording !== undefined)
      ways.push({ source: 'recording', make: (signal) => this.#recorded(recording, signal) });
    if (engine !== undefined && match?.kind === 'template') {
      const parts = match.spoken(this.#languageOf(text));
      if (recording !== undefined && parts.filter(isOwnWords).length === 1)
        ways.push({ source: 'template', make: (signal) => this.#spliced(text, recording, parts, signal) });
      ways.push({ source: 'template', make: (signal) => this.#spoken(text, parts.map(({ words }) => words).join(' '), signal) });
    } else if (engine !== undefined) {
      // Of a known phrase as it stands in the configuration: however it is written, it is the same sound.
      const said = match?.phrase.text ?? text;
      const spoken = nothingToSay(said) ? '' : spokenForm(said, this.#languageOf(said));
      ways.push({ source: 'synthesized', make: (signal) => this.#spoken(said, spoken, signal) });
    }
    if (fallback !== undefined) ways.push({ source: 'fallback', make: (signal) => this.#recorded(fallback, signal) });
    return ways;
  }

  async #recorded(path: string, signal: AbortSignal | undefined): Promise<CachedSound> {
    const file = resolve(path);
    const hash = await this.#recordings.hash(file);
    return await this.#cache.obtain(
      soundKey('recording', hash),
      async (shared) => fitting(await this.#recordedSound(file, hash, shared)),
      signal,
    );
  }

  async #spoken(text: string, spoken: string, signal: AbortSignal | undefined): Promise<CachedSound> {
    const { engine } = this.#options;
    if (engine === undefined) throw noEngine();
    if (spoken === '') throw new SpeechError('SPEECH_NOTHING_TO_SAY', 'The text holds nothing that can be spoken: no letter and no digit.');
    const language = this.#languageOf(text);
    return await this.#cache.obtain(
      soundKey('spoken', engine.identity, language, spoken),
      async (shared) => fitting(await spokenSound(engine, spoken, language, shared)),
      signal,
    );
  }

  /** The recording in place of the template's own words, and the engine for what is in its slots. */
  async #spliced(text: string, recording: string, parts: readonly SpokenPart[], signal: AbortSignal | undefined): Promise<CachedSound> {
    const { engine } = this.#options;
    if (engine === undefined) throw noEngine();
    const file = resolve(recording);
    const language = this.#languageOf(text);
    const hash = await this.#recordings.hash(file);
    return await this.#cache.obtain(
      soundKey('spliced', hash, engine.identity, language, ...parts.map((part) => (isOwnWords(part) ? '' : part.words))),
      async (shared) => {
        const sounds: Int16Array[] = [];
        for (const part of parts) {
          if (isOwnWords(part)) sounds.push(await this.#recordedSound(file, hash, shared));
          else if (HEARD.test(part.words)) sounds.push(await spokenSound(engine, part.words, language, shared));
        }
        return fitting(joined(sounds, BETWEEN_PARTS_MS));
      },
      signal,
    );
  }

  #recordedSound(file: string, hash: string, signal: AbortSignal): Promise<Int16Array> {
    return this.#converting.pass(() => this.#recordings.sound(file, hash, signal), signal);
  }

  #languageOf(text: string): Language {
    return languageOf(text, this.#options.defaultLanguage);
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new SpeechError('SPEECH_ENGINE_FAILED', 'The speech is closed; nothing more is prepared.');
  }
}

/** Whether a part of a template is words of its own, not what is in a slot. */
function isOwnWords({ slot, words }: SpokenPart): boolean {
  return slot === undefined && HEARD.test(words);
}

async function spokenSound(engine: SpeechEngine, text: string, language: Language, signal: AbortSignal): Promise<Int16Array> {
  const sound = await telephoneSound(await engine.speak(text, language, signal), signal);
  if (sound.length > 0) return sound;
  throw new SpeechError('SPEECH_ENGINE_FAILED', 'The speech engine gave nothing but silence. Run it by hand with the same text.');
}

/** Sound that can be played in one reading, else an error. */
function fitting(sound: Int16Array): Int16Array {
  const length = durationMs(sound.length);
  if (length > LONGEST_READING_MS) {
    throw new SpeechError(
      'SPEECH_TOO_LONG',
      `One reading takes ${(length / 1_000).toFixed(1)} s, more than ${LONGEST_READING_MS / 1_000} s. Use a shorter text or recording.`,
    );
  }
  return sound;
}

function settings({ timeToLiveSeconds, attempts, readings, ringOnly }: Phrase): PhraseSettings {
  return {
    ...(timeToLiveSeconds === undefined ? {} : { timeToLiveSeconds }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(readings === undefined ? {} : { readings }),
    ...(ringOnly === undefined ? {} : { ringOnly }),
  };
}

function isOfTheText(error: unknown): boolean {
  return error instanceof SpeechError && (error.code === 'SPEECH_NOTHING_TO_SAY' || error.code === 'SPEECH_TOO_LONG');
}

function noEngine(): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_MISSING',
    'The text cannot be spoken: there is no recording of it, no speech engine and no fallback recording. Configure one of them.',
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
