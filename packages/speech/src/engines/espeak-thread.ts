import { Worker } from 'node:worker_threads';
import type { Sound } from '../engine.ts';
import { SpeechError } from '../errors.ts';
import { ESPEAK_PACKAGE, type EspeakAnswer, type EspeakRequest, type EspeakStart } from './espeak-messages.ts';

/** How the package gets where the engine looks for it. */
const INSTALL = `npm install ${ESPEAK_PACKAGE}@0.3.5`;

/** One thread with espeak-ng in it; ends for good with its first failure. */
export class EspeakThread {
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  #answer: PromiseWithResolvers<Sound> | undefined;
  #failure: SpeechError | undefined;

  constructor(start: EspeakStart, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    // The compiler does not rewrite this: the worker has the extension that this file has.
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./espeak-worker${extension}`, import.meta.url), {
      workerData: start,
      name: 'taxinav-espeak',
      // It imports nothing by a condition; and a thread does not start with every flag that a process may have.
      execArgv: [],
      // What a text leaves behind is small: collected often, it takes a tenth of the memory.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: EspeakAnswer) => this.#receive(answer));
    this.#worker.on('error', (error: unknown) => this.#fail(crashed(error instanceof Error ? error.message : String(error))));
    this.#worker.on('exit', (code) => this.#fail(crashed(`exit code ${code}`)));
  }

  /** Whether it can be asked. */
  get alive(): boolean {
    return this.#failure === undefined;
  }

  /** Speaks one text; the one before must have settled. */
  async ask(request: EspeakRequest): Promise<Sound> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = Promise.withResolvers<Sound>();
    this.#answer = answer;
    const timer = setTimeout(() => this.#fail(timedOut(this.#timeoutMs)), this.#timeoutMs);
    this.#worker.ref();
    try {
      this.#worker.postMessage(request);
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#answer = undefined;
      this.#worker.unref();
    }
  }

  /** Ends the thread; what it was asked is rejected. */
  async end(): Promise<void> {
    this.#fail(new SpeechError('SPEECH_ENGINE_FAILED', 'The speech engine was closed before it had spoken.'));
    await this.#worker.terminate();
  }

  #receive(answer: EspeakAnswer): void {
    switch (answer.kind) {
      case 'spoken':
        return this.#answer?.resolve({ samples: answer.samples, sampleRate: answer.sampleRate });
      case 'failed':
        return this.#fail(new SpeechError('SPEECH_ENGINE_FAILED', `The speech engine could not speak the text: ${answer.reason}.`));
      case 'missing':
        return this.#fail(missing(answer));
      default:
        answer satisfies never;
    }
  }

  #fail(error: SpeechError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#answer?.reject(error);
    void this.#worker.terminate();
  }
}

function missing({ installed, reason }: { readonly installed: boolean; readonly reason: string }): SpeechError {
  const text = installed
    ? `The speech engine cannot be loaded: ${reason}. Install it anew`
    : 'The speech engine espeak-ng is not installed. Install it';
  return new SpeechError('SPEECH_ENGINE_MISSING', `${text}: ${INSTALL} (its licence is GPL-3.0), or choose another engine.`);
}

function crashed(why: string): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The thread of the speech engine ended unexpectedly (${why}); the next text starts another.`,
  );
}

function timedOut(ms: number): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The speech engine did not answer in ${ms} ms (timeoutMs) and was stopped; the next text starts another.`,
  );
}
