import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Sound } from '../engine.ts';
import { SpeechError } from '../errors.ts';
import { ESPEAK_PACKAGE, type EspeakAnswer, type EspeakRequest, type EspeakStart } from './espeak-messages.ts';

/** How the package gets where the engine looks for it. */
const INSTALL = `npm install ${ESPEAK_PACKAGE}@0.3.5`;

/** What a text leaves behind is small: collected often, it takes less memory than speed is worth here. */
const FLAGS = ['--max-semi-space-size=1', '--optimize-for-size'];

/** All that the program is told of the world: it needs no secret that this process may have been given. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

/** One process with espeak-ng in it; ends for good with its first failure, and with this process. */
export class EspeakProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #timeoutMs: number;
  #answer: PromiseWithResolvers<Sound> | undefined;
  #failure: SpeechError | undefined;

  /** @throws SpeechError with `SPEECH_ENGINE_FAILED` when the system starts no process */
  constructor(start: EspeakStart) {
    this.#timeoutMs = start.timeoutMs;
    this.#child = startProgram(start);
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    if (this.#child.pid === undefined) ended.resolve();
    this.#child.once('exit', () => ended.resolve());
    this.#child.on('error', (error) => this.#fail(notStarted(error)));
    this.#child.on('message', (answer: EspeakAnswer) => this.#receive(answer));
    this.#child.on('exit', (code, signal) => this.#fail(crashed(signal ?? `exit code ${code}`)));
    this.#hold(false);
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
    this.#hold(true);
    try {
      // Without a channel the process has not been started, or is gone: it is told by the events, and by the time-out at the latest.
      if (this.#child.connected) this.#child.send(request, (error) => error !== null && this.#fail(crashed(error.message)));
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#answer = undefined;
      this.#hold(false);
    }
  }

  /** Ends the process; what it was asked is rejected. */
  async end(): Promise<void> {
    this.#fail(new SpeechError('SPEECH_ENGINE_FAILED', 'The speech engine was closed before it had spoken.'));
    this.#child.ref();
    await this.#ended;
  }

  /** Whether this process stays alive for the answer. */
  #hold(wanted: boolean): void {
    const { channel } = this.#child;
    if (wanted) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
    }
  }

  #receive(answer: EspeakAnswer): void {
    switch (answer.kind) {
      case 'spoken':
        // A copy: they came in the memory of the whole message.
        return this.#answer?.resolve({ samples: answer.samples.slice(), sampleRate: answer.sampleRate });
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
    // It has nothing to put in order, and may be where no other signal reaches it.
    this.#child.kill('SIGKILL');
  }
}

function startProgram(start: EspeakStart): ChildProcess {
  // The compiler does not rewrite this: the program has the extension that this file has.
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  try {
    return fork(fileURLToPath(new URL(`./espeak-worker${extension}`, import.meta.url)), [JSON.stringify(start)], {
      // None of this process's own flags: it imports nothing by a condition, and two cannot be debugged at one port.
      execArgv: FLAGS,
      env: ENVIRONMENT,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  } catch (error) {
    throw notStarted(error);
  }
}

function missing({ installed, reason }: { readonly installed: boolean; readonly reason: string }): SpeechError {
  const text = installed
    ? `The speech engine cannot be loaded: ${reason}. Install it anew`
    : 'The speech engine espeak-ng is not installed. Install it';
  return new SpeechError('SPEECH_ENGINE_MISSING', `${text}: ${INSTALL} (its licence is GPL-3.0), or choose another engine.`);
}

function notStarted(error: unknown): SpeechError {
  const why = error instanceof Error ? error.message : String(error);
  const text = `The process of the speech engine could not be started (${why}); the next text tries again.`;
  return new SpeechError('SPEECH_ENGINE_FAILED', `${text} Look at the limits of processes, open files and memory.`, { cause: error });
}

function crashed(why: string): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The process of the speech engine ended unexpectedly (${why}); the next text starts another.`,
  );
}

function timedOut(ms: number): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The speech engine did not answer in ${ms} ms (timeoutMs) and was stopped; the next text starts another.`,
  );
}
