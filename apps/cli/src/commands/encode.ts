import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { encodeMessage, ProtocolError, type Message, type TextEncoding } from '@taxinav/codec';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { MessageFormError, messageFromJson } from '../message-from-json.ts';
import { visible } from '../visible.ts';

/** What `encode` is told. */
export interface EncodeCommandOptions {
  /** JSON objects; empty: one a line on standard input. */
  readonly messages: readonly string[];
  readonly encoding: TextEncoding;
  /** An ACK as the reply to a Conference has it: `Message:ACK`. */
  readonly compact: boolean;
}

/** Turns JSON objects, one a line, into the bytes of the wire. Nothing of a bad line is written, nor anything after it. */
export async function encodeCommand({ output, stdin }: CommandContext, options: EncodeCommandOptions): Promise<ExitCode> {
  const write = (text: string, place: string): void => {
    if (text.trim() === '') return;
    const message = read(text, place);
    if (message !== undefined) output.bytes(bytes(message, options, place));
  };
  if (options.messages.length > 0) {
    options.messages.forEach((text, index) => write(text, `--message ${index + 1}`));
    return EXIT.done;
  }
  if (stdin.isTTY === true) output.talk('reading JSON from the terminal, one object a line; end with Ctrl-D');
  let line = 0;
  for await (const text of createInterface({ input: Readable.from(stdin), crlfDelay: Infinity })) write(text, `line ${++line}`);
  return EXIT.done;
}

/** The message of a line; undefined for the diagnostics that `decode --json` writes beside messages. */
function read(text: string, place: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError('failed', `${place}: not JSON (${visible((error as Error).message)}). Write one object a line.`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !('message' in value)) {
    if ('diagnostic' in value) return undefined;
    if ('fault' in value) throw new CliError('failed', `${place}: a fault cannot be written: it could not be read. Remove the line.`);
  }
  try {
    return messageFromJson(value);
  } catch (error) {
    if (!(error instanceof MessageFormError)) throw error;
    throw new CliError('failed', `${place}: ${visible(error.message)}`, { cause: error });
  }
}

function bytes(message: Message, { encoding, compact }: EncodeCommandOptions, place: string): Uint8Array {
  try {
    return encodeMessage(message, { encoding, ackStyle: compact ? 'compact' : 'spaced' });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CliError('failed', `${place}: ${visible(error.message)}`, { cause: error });
  }
}
