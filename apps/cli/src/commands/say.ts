import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  languageOf,
  LONGEST_READING_MS,
  SpeechError,
  spokenForm,
  type Language,
  type PreparedSpeech,
  type Speech,
  type SpeechProblem,
} from '@taxinav/speech';
import { loadBridgeConfiguration } from '../bridge-configuration.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { configuredSpeech, type Speaking } from '../speaking/configured-speech.ts';
import { visible } from '../visible.ts';

/** What `say` is told. */
export interface SayOptions {
  readonly text: string;
  /** The WAV file. */
  readonly out: string;
  /** The bridge's configuration: its phrases, engine and language. */
  readonly config?: string | undefined;
  /** In place of the configuration's. */
  readonly language?: Language | undefined;
  readonly engine?: Speaking['engine'] | undefined;
  /** Program and arguments of engine `command`. */
  readonly command?: readonly string[] | undefined;
}

/** Without a configuration. */
const PLAIN: Speaking = { phrases: {}, engine: 'espeak', language: 'uk' };

/** Makes a text into the sound that a passenger would hear, and says how it came about. No call is placed. */
export async function say({ output, env }: CommandContext, options: SayOptions): Promise<ExitCode> {
  const { text, out, config } = options;
  const configured = config === undefined ? PLAIN : loadBridgeConfiguration(config, env).configuration.speech;
  const { language = configured.language, command = configured.command } = options;
  const engine = options.engine ?? (options.command === undefined ? configured.engine : 'command');
  if (engine === 'command' && command === undefined)
    throw new CliError('usage', 'say: --engine command needs --command PROGRAM [ARGUMENT…], or --config FILE with speech.command.');
  const speaking: Speaking = { ...configured, language, engine, ...(command !== undefined && { command }) };
  const folder = await mkdtemp(join(tmpdir(), 'taxinav-say-'));
  const problems: SpeechProblem[] = [];
  const talkOf = (some: readonly SpeechProblem[]): void => {
    for (const { phrase, error } of some) output.talk(`${phrase === undefined ? '' : `${visible(phrase)}: `}${error.message}`);
  };
  try {
    await using speech = await configuredSpeech(speaking, {
      cache: folder,
      onProblem: (problem) => problems.push(problem),
    });
    const refusal = speech.refusal(text);
    if (refusal !== undefined) throw new CliError('refused', `the bridge would refuse this text (${refusal}) and report Canceled.`);
    const prepared = await speech.prepare(text).catch((error: unknown) => {
      // What ends the command is told by its end.
      talkOf(problems.filter((problem) => problem.error !== error));
      throw error;
    });
    talkOf(problems);
    const file = resolve(out);
    await copyFile(`${prepared.path}.wav`, file);
    show(prepared, { text, file, language: languageOf(text, language) }, output);
    return EXIT.done;
  } catch (error) {
    throw told(error, out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Said {
  readonly text: string;
  readonly file: string;
  readonly language: Language;
}

function show(
  { durationMs, source, settings }: Awaited<ReturnType<Speech['prepare']>>,
  { text, file, language }: Said,
  output: Output,
): void {
  // A recording is played as it is, whatever the text would sound like.
  const spoken = source === 'recording' || source === 'fallback' ? undefined : spokenForm(text, language);
  const fitsTwice = durationMs * 2 <= LONGEST_READING_MS;
  output.record({ text, ...(spoken !== undefined && { spoken }), language, source, durationMs, fitsTwice, ...settings, file }, () => [
    ...(spoken === undefined ? [] : [`spoken    ${visible(spoken)}`]),
    `language  ${language}`,
    `source    ${SOURCES[source]}`,
    `length    ${(durationMs / 1_000).toFixed(1)} s; ${fitsTwice ? `twice it fits into ${LONGEST_READING_MS / 1_000} s` : `said once: twice it would not fit into ${LONGEST_READING_MS / 1_000} s`}`,
    ...(settings?.ringOnly === true ? ['call      the phone only rings: this phrase is ringOnly'] : []),
    `file      ${file}`,
  ]);
}

const SOURCES: Readonly<Record<PreparedSpeech['source'], string>> = {
  recording: 'a recording of this phrase',
  template: 'a template of the phrases, its slots filled',
  synthesized: 'the engine',
  fallback: 'the fallback recording: the engine has failed',
};

function told(error: unknown, out: string): unknown {
  if (error instanceof SpeechError) return new CliError('failed', error.message, { cause: error });
  if (error instanceof Error && 'syscall' in error)
    return new CliError(
      'failed',
      `--out ${out} cannot be written (${'code' in error ? String(error.code) : error.message}). Name a file in a folder that exists and is yours.`,
      {
        cause: error,
      },
    );
  return error;
}
