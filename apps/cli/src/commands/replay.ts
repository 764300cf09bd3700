import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isLoopbackHost, type Address } from '@taxinav/bridge-contract';
import { isFault, MessageDecoder } from '@taxinav/codec';
import { systemClock } from '@taxinav/transport';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { DecodedStream } from '../decoded-stream.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';
import { LONGEST_PAUSE_MS, playBack } from '../recording/play-back.ts';
import { isFrame, readRecordLine, type ConnectionLine, type Direction, type FrameLine } from '../recording/record-line.ts';
import { resultJson, resultLine } from '../show.ts';

/** What `replay` is told. */
export interface ReplayOptions {
  readonly file: string;
  readonly to: Address;
  readonly direction: Direction;
  /** 0: without pauses. */
  readonly speed: number;
  /** Whether phones may ring. */
  readonly yesCallPeople: boolean;
  readonly mask: boolean;
}

/** What rings nobody's phone. */
const HARMLESS: readonly string[] = ['ACK', 'Call', 'SayTextStatus'];

/** Sends one direction of a recording again. What could ring a phone goes to this machine only, unless it is said in words. */
export async function replayCommand({ output, interrupted }: CommandContext, options: ReplayOptions): Promise<ExitCode> {
  const { file, to, direction, speed, yesCallPeople, mask } = options;
  const { frames, masked, ringing } = await examined(file, direction);
  const where = formatHostPort(to);
  if (masked > 0) {
    throw new CliError(
      'usage',
      `${file}: ${masked} of ${frames + masked} messages have masked numbers and cannot be sent again. Record anew with --numbers.`,
    );
  }
  if (frames === 0)
    throw new CliError(
      'usage',
      `${file} has no message of direction ${direction}; --direction ${direction === 'in' ? 'out' : 'in'} is the other one.`,
    );
  if (ringing > 0 && !isLoopbackHost(to.host) && !yesCallPeople) {
    throw new CliError('usage', [
      `${where} is not this machine, and ${ringing} of ${frames} messages would ring phones (SayText, Dial, Conference, or what cannot be read).`,
      'Replay to a simulated call center on this machine, or say --yes-call-people.',
    ]);
  }
  const answers = new Map<number, DecodedStream>();
  let answered = 0;
  output.talk(`replaying ${frames} messages to ${where}; pauses of more than ${LONGEST_PAUSE_MS / 1_000} s are cut`);
  const played = await playBack(lines(file), {
    to,
    direction,
    speed: speed === 0 ? Infinity : speed,
    clock: systemClock,
    signal: interrupted(),
    onSent: (frame, bytes) => show('→', frame.connection, bytes),
    onReceived: (connection, bytes) => {
      const stream = answers.get(connection) ?? answerStream(connection);
      answers.set(connection, stream);
      stream.push(bytes);
    },
  });
  const failures = [...played.failures].map(([why, times]) => `${times} × ${why}`).join(', ');
  output.talk(
    `${played.sent} of ${frames} messages sent on ${played.connections} connections, ${answered} answers${failures === '' ? '' : `; not sent: ${failures}`}`,
  );
  return played.sent === frames ? EXIT.done : EXIT.failed;

  function show(arrow: '→' | '←', connection: number, bytes: Uint8Array): void {
    for (const result of decoded(bytes)) {
      output.record(
        { connection, direction: arrow === '→' ? 'sent' : 'received', ...resultJson(result, { mask }) },
        () => `${connection} ${arrow}  ${resultLine(result, { mask }, output)}`,
      );
    }
  }

  function answerStream(connection: number): DecodedStream {
    return new DecodedStream('auto', ({ result, raw }) => {
      if (result === undefined) return;
      answered += 1;
      show('←', connection, raw);
    });
  }
}

/** What a direction holds, before anything is sent. */
async function examined(
  file: string,
  direction: Direction,
): Promise<{ readonly frames: number; readonly masked: number; readonly ringing: number }> {
  let [frames, masked, ringing] = [0, 0, 0];
  for await (const line of lines(file)) {
    if (!isFrame(line) || line.direction !== direction) continue;
    if (line.bytes === undefined) masked += 1;
    else {
      frames += 1;
      // By the bytes, not by what the line says of them.
      if (decoded(Buffer.from(line.bytes, 'base64')).some((result) => isFault(result) || !HARMLESS.includes(result.message))) ringing += 1;
    }
  }
  return { frames, masked, ringing };
}

function decoded(bytes: Uint8Array): ReturnType<MessageDecoder['push']> {
  const decoder = new MessageDecoder({ encoding: 'auto' });
  return [...decoder.push(bytes), ...decoder.end()];
}

/** The lines of a recording, read as they are needed. */
async function* lines(file: string): AsyncGenerator<FrameLine | ConnectionLine> {
  const input = createReadStream(file);
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      const line = readRecordLine(text);
      const head = line !== undefined && 'recording' in line;
      if (line === undefined || (number === 1) !== head) {
        throw new CliError('usage', `${file}, line ${number}: this is no line of a recording that taxinav record has made.`);
      }
      if (!head) yield line;
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('failed', `${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
