import { createReadStream } from 'node:fs';
import { isFault, type TextEncoding } from '@taxinav/codec';
import { ByteSource } from '../capture/byte-source.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { DecodedStream, type Found } from '../decoded-stream.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { HexReader } from '../hex-reader.ts';
import { diagnosticLine, resultJson, resultLine } from '../show.ts';

/** What `decode` is told. */
export interface DecodeOptions {
  /** Absent or `-`: standard input. */
  readonly file: string | undefined;
  readonly encoding: TextEncoding;
  /** The input is hexadecimal digits; white space between bytes is skipped. */
  readonly hex: boolean;
  readonly mask: boolean;
  /** The input is a capture of packets; print the configuration of the columns that it shows. */
  readonly yaml: boolean;
}

/** Prints the messages, faults and diagnostics of a byte stream, or of the connections in a capture of packets; 1 when there was a fault. */
export async function decodeCommand({ output, stdin }: CommandContext, options: DecodeOptions): Promise<ExitCode> {
  const source = new ByteSource(input(options.file, stdin, output.talk));
  if (options.yaml && (options.hex || output.json)) throw new CliError('usage', 'decode: --yaml goes with neither --hex nor --json.');
  if (!options.hex) {
    // Told by its first bytes, which no message begins with.
    const { decodeCapture, packetsOf } = await import('../capture/decode-capture.ts');
    const packets = await packetsOf(source);
    if (packets !== undefined) return await decodeCapture(packets, options, output);
    if (options.yaml) throw new CliError('failed', 'decode --yaml: the input is no capture. Give a .pcap or .pcapng file of real traffic.');
  }
  let messages = 0;
  let faults = 0;
  const stream = new DecodedStream(options.encoding, (found: Found) => {
    const { result, diagnostics } = found;
    if (result !== undefined) {
      if (isFault(result)) faults += 1;
      else messages += 1;
      output.record(resultJson(result, options), () => resultLine(result, options, output));
    }
    for (const diagnostic of diagnostics) {
      const { code, reading, field } = diagnostic;
      output.record({ diagnostic: code, reading, ...(field !== undefined && { field }) }, () => `  ${diagnosticLine(diagnostic, output)}`);
    }
  });
  const hex = options.hex ? new HexReader() : undefined;
  for await (const chunk of source.rest()) stream.push(hex === undefined ? chunk : hex.push(chunk));
  hex?.end();
  stream.end();
  if (messages + faults === 0) output.talk('no message in the input');
  return faults > 0 ? EXIT.failed : EXIT.done;
}

async function* input(
  file: string | undefined,
  stdin: CommandContext['stdin'],
  talk: (line: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (file === undefined || file === '-') {
    if (stdin.isTTY === true) talk('reading from the terminal; end with Ctrl-D');
    yield* stdin;
    return;
  }
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new CliError('failed', `${file}: cannot be read (${String(error.code)}). Give the path of a file, or - for standard input.`, {
      cause: error,
    });
  }
}
