import { telephoneSound } from '../audio.ts';
import { requireWhole } from '../bounds.ts';
import type { Sound, SpeechEngine } from '../engine.ts';
import { SpeechError } from '../errors.ts';
import type { Language } from '../language.ts';
import { Turnstile } from '../turnstile.ts';
import { readWav, TELEPHONE_RATE } from '../wav.ts';
import { runProgram } from './run-program.ts';

/** Which program speaks, and what it may take. */
export interface CommandOptions {
  /** Program and arguments, at least one; `{language}` in an argument becomes `uk` or `ru`. No shell reads them. */
  readonly command: readonly string[];
  /** What one text may take, ms; then the program and all it has started are killed. @defaultValue 20,000 */
  readonly timeoutMs?: number;
  /** Bytes that it may write; a minute at 48 kHz is 6 MB. @defaultValue 20,000,000 */
  readonly maximumBytes?: number;
  /** Programs that run at once. @defaultValue 2 */
  readonly atOnce?: number;
  /** Texts that may wait; a further one is refused. @defaultValue 100 */
  readonly queue?: number;
}

/** The values of {@link CommandOptions} that are not given. */
export const COMMAND_DEFAULTS: Required<Omit<CommandOptions, 'command'>> = {
  timeoutMs: 20_000,
  maximumBytes: 20_000_000,
  atOnce: 2,
  queue: 100,
};

/**
 * Speaks with any program: it is given the text on its standard input, UTF-8, one line, and writes a WAV file to its standard output.
 * Disposing of it kills what runs and rejects what waits.
 *
 * @throws RangeError for a value out of its bounds
 */
export function createCommandEngine(options: CommandOptions): SpeechEngine {
  return new CommandEngine({ ...COMMAND_DEFAULTS, ...options });
}

class CommandEngine implements SpeechEngine {
  readonly identity: string;
  readonly #options: Required<CommandOptions>;
  readonly #turnstile: Turnstile;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: Required<CommandOptions>) {
    const [program = ''] = options.command;
    if (program === '' || options.command.some((part) => part.includes('\0')))
      throw new RangeError('command: expected a program and its arguments, without NUL characters');
    requireWhole('timeoutMs', options.timeoutMs, 1, 600_000);
    requireWhole('maximumBytes', options.maximumBytes, 1, 1_000_000_000);
    requireWhole('atOnce', options.atOnce, 1, 64);
    requireWhole('queue', options.queue, 0, 100_000);
    this.#options = options;
    this.#turnstile = new Turnstile(options.atOnce, options.queue);
    this.identity = `command ${JSON.stringify(options.command)}`;
  }

  async speak(text: string, language: Language, signal?: AbortSignal): Promise<Sound> {
    const given = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    given.throwIfAborted();
    if (this.#turnstile.full) throw busy(this.#options.queue);
    const spoken = this.#turnstile.pass(() => this.#run(text, language, given), given);
    this.#running.add(spoken);
    try {
      return await spoken;
    } finally {
      this.#running.delete(spoken);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new SpeechError('SPEECH_ENGINE_FAILED', 'The speech engine is closed; nothing more is spoken.'));
    await Promise.allSettled(this.#running);
  }

  async #run(text: string, language: Language, signal: AbortSignal): Promise<Sound> {
    const { command, timeoutMs, maximumBytes } = this.#options;
    const [program = '', ...written] = command.map((part) => part.replaceAll('{language}', language));
    const output = await runProgram({ program, arguments: written, input: oneLine(text), timeoutMs, maximumBytes, signal });
    return { samples: await samplesOf(output, program, signal), sampleRate: TELEPHONE_RATE };
  }
}

async function samplesOf(output: Buffer, program: string, signal: AbortSignal): Promise<Int16Array> {
  try {
    return await telephoneSound(readWav(output), signal);
  } catch (error) {
    if (!(error instanceof SpeechError) || error.code === 'SPEECH_TOO_LONG') throw error;
    throw new SpeechError(
      'SPEECH_ENGINE_FAILED',
      `${JSON.stringify(program)} wrote no sound that can be read. It must write a WAV file, PCM 8 or 16 bits, to its standard output. ${error.message}`,
      { cause: error },
    );
  }
}

/** Programs that read line by line speak all of it, and its end is marked for them. */
function oneLine(text: string): string {
  return `${text.toWellFormed().replace(/\p{Cc}+/gu, ' ')}\n`;
}

function busy(queue: number): SpeechError {
  return new SpeechError(
    'SPEECH_ENGINE_FAILED',
    `The speech command is busy: ${queue} texts wait for it already (queue). Ask again later; if this lasts, the machine is too slow for the load.`,
  );
}
