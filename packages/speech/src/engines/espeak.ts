import { requireWhole } from '../bounds.ts';
import type { Sound, SpeechEngine } from '../engine.ts';
import { SpeechError } from '../errors.ts';
import type { Language } from '../language.ts';
import { Turnstile } from '../turnstile.ts';
import { untilAborted } from '../until-aborted.ts';
import { ESPEAK_PACKAGE } from './espeak-messages.ts';
import { espeakText } from './espeak-text.ts';
import { EspeakProcess } from './espeak-process.ts';

/** How espeak-ng speaks. */
export interface EspeakOptions {
  /** Words a minute, a whole number from 80 to 450. @defaultValue 175 */
  readonly rate?: number;
  /** What one text may take, ms; then the process is stopped and the next text starts another. @defaultValue 20,000 */
  readonly timeoutMs?: number;
  /** Texts that may wait while one is spoken; a further one is refused. @defaultValue 100 */
  readonly queue?: number;
  /** The process and its memory, about 100 MB, are given back after so long without a text, ms. @defaultValue 60,000 */
  readonly idleMs?: number;
  /** Where the package is: its name, or the file URL of its module. @defaultValue `@echogarden/espeak-ng-emscripten` */
  readonly module?: string;
}

/** The values of {@link EspeakOptions} that are not given. */
export const ESPEAK_DEFAULTS: Required<EspeakOptions> = {
  rate: 175,
  timeoutMs: 20_000,
  queue: 100,
  idleMs: 60_000,
  module: ESPEAK_PACKAGE,
};

/**
 * Speaks with espeak-ng (the optional package `@echogarden/espeak-ng-emscripten`, GPL-3.0) in a process of its own, which is started by
 * the first text and never outlives this one: one text at a time, in the order they came. Disposing of it ends the process and rejects
 * what waits.
 *
 * @throws RangeError for a value out of its bounds
 */
export function createEspeakEngine(options: EspeakOptions = {}): SpeechEngine {
  return new EspeakEngine({ ...ESPEAK_DEFAULTS, ...options });
}

class EspeakEngine implements SpeechEngine {
  readonly identity: string;
  readonly #options: Required<EspeakOptions>;
  readonly #turnstile: Turnstile;
  readonly #closing = new AbortController();
  #process: EspeakProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: Required<EspeakOptions>) {
    requireWhole('rate', options.rate, 80, 450);
    requireWhole('timeoutMs', options.timeoutMs, 1, 600_000);
    requireWhole('queue', options.queue, 0, 100_000);
    requireWhole('idleMs', options.idleMs, 1, 86_400_000);
    this.#options = options;
    this.#turnstile = new Turnstile(1, options.queue);
    this.identity = `espeak-ng 0.3, ${options.rate} words a minute`;
  }

  async speak(text: string, language: Language, signal?: AbortSignal): Promise<Sound> {
    const given = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    given.throwIfAborted();
    if (this.#turnstile.full) throw busy(this.#options.queue);
    const request = { text: espeakText(text), voice: language };
    // An aborted text is spoken to its end all the same: stopping the process would cost the next one more.
    return await untilAborted(
      this.#turnstile.pass(() => this.#ask(request), given),
      given,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new SpeechError('SPEECH_ENGINE_FAILED', 'The speech engine is closed; nothing more is spoken.'));
    clearTimeout(this.#idle);
    await this.#process?.end();
  }

  async #ask(request: { readonly text: string; readonly voice: string }): Promise<Sound> {
    this.#closing.signal.throwIfAborted();
    clearTimeout(this.#idle);
    const { module, rate, timeoutMs } = this.#options;
    if (this.#process?.alive !== true) this.#process = new EspeakProcess({ module, rate, timeoutMs });
    try {
      return await this.#process.ask(request);
    } finally {
      this.#idle = setTimeout(() => void this.#rest(), this.#options.idleMs).unref();
    }
  }

  async #rest(): Promise<void> {
    const resting = this.#process;
    this.#process = undefined;
    await resting?.end();
  }
}

function busy(queue: number): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The speech engine is busy: ${queue} texts wait for it already (queue). Ask again later; if this lasts, the machine is too slow for the load.`,
  );
}
