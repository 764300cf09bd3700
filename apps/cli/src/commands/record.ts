import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Address } from '@taxinav/bridge-contract';
import type { TextEncoding } from '@taxinav/codec';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';
import type { Output } from '../output.ts';
import type { FrameLine } from '../recording/record-line.ts';
import { Recorder } from '../recording/recorder.ts';
import { Tap } from '../recording/tap.ts';
import { clockTime, resultLine } from '../show.ts';
import type { Found } from '../decoded-stream.ts';

/** What `record` is told. */
export interface RecordOptions {
  readonly listen: Address;
  readonly to: Address;
  /** The file; absent: standard output. */
  readonly out?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly encoding: TextEncoding;
  /** Whether phone numbers and every byte are kept. */
  readonly numbers: boolean;
  readonly maxMegabytes: number;
  /** Frames after which it ends; absent: at SIGINT. */
  readonly count?: number | undefined;
}

/** How long connections may go on at the end. */
const DRAIN_MS = 1_000;

/** Stands between Taxi Navigator and a call center, passes everything on, and writes what crosses as JSON lines. */
export async function recordCommand({ output, interrupted }: CommandContext, options: RecordOptions): Promise<ExitCode> {
  const { out, encoding, numbers, maxMegabytes, count = Infinity } = options;
  const ended = Promise.withResolvers<void>();
  interrupted().addEventListener('abort', () => ended.resolve(), { once: true });
  const file = out === undefined ? undefined : await openFile(out);
  file?.on('error', (error) =>
    ended.reject(new CliError('failed', `--out ${out ?? ''} cannot be written: ${error.message}.`, { cause: error })),
  );
  const recorder: Recorder = new Recorder({
    encoding,
    numbers,
    now: Date.now,
    maximumBytes: maxMegabytes * 1_048_576,
    write: (line) => void (file === undefined ? output.bytes(Buffer.from(line)) : file.write(line)),
    onFull: () =>
      output.talk(`${maxMegabytes} MiB are recorded: nothing more is (--max-megabytes N allows more); everything is still passed on`),
    onFrame: (found, line) => {
      if (file !== undefined) show(found, line, options, output);
      if (recorder.frames >= count) ended.resolve();
    },
  });
  await using tap = await Tap.open({ ...options, watcher: recorder });
  const listen = formatHostPort(tap.address);
  recorder.line({ recording: 'taxinav', version: 1, listen, to: formatHostPort(options.to), numbers });
  output.talk(`recording: ${listen} is passed on to ${formatHostPort(options.to)}; Ctrl-C ends it`);
  if (!numbers) output.talk('phone numbers are masked, so most messages cannot be replayed; --numbers keeps them');
  try {
    await ended.promise;
  } finally {
    await tap.drain(DRAIN_MS);
    if (file !== undefined && !file.destroyed) {
      file.end();
      await once(file, 'close');
    }
  }
  output.talk(`${recorder.frames} frames recorded`);
  return EXIT.done;
}

function show(found: Found, { time, connection, direction }: FrameLine, { numbers }: RecordOptions, output: Output): void {
  const { result } = found;
  if (result === undefined) return;
  const mask = { mask: !numbers };
  output.record(
    { time, connection, direction, ...('message' in result ? { message: result.message } : { fault: result.fault }) },
    () =>
      `${output.style('dim', clockTime(Date.parse(time)))}  ${connection} ${direction === 'in' ? '→' : '←'}  ${resultLine(result, mask, output)}`,
  );
}

/** It holds what people said and to whom: its owner may read it. */
async function openFile(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    await once(file, 'open');
    return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists. Name a new file, or delete that one' : message;
    throw new CliError('failed', `--out ${path} cannot be made: ${why}.`, { cause: error });
  }
}
