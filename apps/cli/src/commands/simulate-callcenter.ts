import type { Address } from '@taxinav/bridge-contract';
import {
  createStatusTimeFormatter,
  isFault,
  nationalNumber,
  type Ack,
  type CarType,
  type Fault,
  type Guid,
  type Message,
  type NotificationStatus,
  type PhoneNumber,
  type TextEncoding,
} from '@taxinav/codec';
import { createSender, systemClock } from '@taxinav/transport';
import { statusesByLastDigit } from '../call-center/last-digit.ts';
import { StatusReports } from '../call-center/status-reports.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';
import { Screen, type ScreenOptions } from '../screen.ts';
import { visible } from '../visible.ts';
import { openWatchedPort } from '../watched-port.ts';
import { WireWatch } from '../wire-watch.ts';

/** What `simulate callcenter` is told. */
export interface SimulateCallCenterOptions extends ScreenOptions {
  readonly listen: Address;
  readonly status: Address;
  readonly script: 'last-digit';
  /** Seconds between two statuses. */
  readonly pace: number;
  /** Whether Dial and SayText are answered too [reading 25]. */
  readonly acknowledge: 'documented' | 'all';
  readonly navigator?: Address | undefined;
  readonly call?: PhoneNumber | undefined;
  readonly carType: CarType;
  readonly timezone: string;
  readonly allow?: readonly string[] | undefined;
  readonly encoding: TextEncoding;
}

const OK: Ack = { message: 'ACK', error: 'OK' };
const NAME = 'callcenter';
const DRAIN_MS = 1_000;

/** Plays the call center for a dispatch program: answers Conference, reports the statuses of each SayText, lets a call come in. */
export async function simulateCallCenter({ output, interrupted }: CommandContext, options: SimulateCallCenterOptions): Promise<ExitCode> {
  const { encoding, navigator, call } = options;
  if ((navigator === undefined) !== (call === undefined))
    throw new CliError('usage', '--call NUMBER and --navigator HOST:PORT go together.');
  const signal = interrupted();
  const screen = new Screen(output, options, { self: 'CC', other: 'TN' });
  const tapped = (): WireWatch => new WireWatch(encoding, (sighting) => screen.show(NAME, sighting));
  const sending = tapped();
  await using statusSender = createSender({ ...options.status, encoding, tap: (frame) => sending.frame(frame) });
  const now = createStatusTimeFormatter(options.timezone);
  const reports = new StatusReports({
    send: (message) => statusSender.send(message, { signal }),
    time: () => now(Date.now()),
    pace: (paces) => systemClock.sleep(paces * options.pace * 1_000, signal),
    lost: ({ guid, status }, { evidence, reason }) =>
      output.talk(`${status} of ${visible(guid)} was not delivered to ${formatHostPort(options.status)} (${evidence}): ${visible(reason)}`),
  });
  const running = new Set<Promise<void>>();
  const report = (guid: Guid, statuses: readonly NotificationStatus[]): void => {
    // Only the end of the simulator breaks a script off.
    const script = reports.run(guid, statuses).catch((error: unknown) => {
      if (!signal.aborted) output.talk(`the statuses of ${visible(guid)} have ended: ${String(error)}`);
    });
    running.add(script);
    void script.finally(() => running.delete(script));
  };
  const answer = (received: Message | Fault): Promise<Ack | undefined> => Promise.resolve(answerTo(received, options, report));
  const listener = await openWatchedPort(
    { address: options.listen, allow: options.allow, encoding },
    answer,
    (sighting) => screen.show(NAME, sighting),
    output,
  );
  if (navigator !== undefined && call !== undefined) {
    const calling = tapped();
    await using sender = createSender({ ...navigator, encoding, tap: (frame) => calling.frame(frame) });
    const { evidence, reason } = await sender.send({ message: 'Call', callerId: call, carType: options.carType }, { signal });
    output.talk(`Call to ${formatHostPort(navigator)}: ${evidence}. ${visible(reason)}`);
  }
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await listener.drain(DRAIN_MS);
  await Promise.all(running);
  return EXIT.done;
}

/** What is answered, and which statuses follow. Source: [TN-13, TN-22, readings 25, 26, 28]. */
function answerTo(
  received: Message | Fault,
  { acknowledge }: SimulateCallCenterOptions,
  report: (guid: Guid, statuses: readonly NotificationStatus[]) => void,
): Ack | undefined {
  const spoken = acknowledge === 'all';
  if (isFault(received)) {
    const { concerns, guid, fault } = received;
    if (concerns === 'SayText' && guid !== undefined) report(guid, ['Canceled']);
    const answered = concerns === undefined || concerns === 'Conference' || (spoken && (concerns === 'Dial' || concerns === 'SayText'));
    return answered ? { message: 'ACK', error: fault } : undefined;
  }
  switch (received.message) {
    case 'SayText':
      report(received.guid, statusesByLastDigit(received.numberToCall));
      return spoken ? OK : undefined;
    case 'Dial':
      return spoken ? OK : undefined;
    case 'Conference':
      return nationalNumber(received.tel1).endsWith('6') ? { message: 'ACK', error: 'no free line' } : OK;
    case 'Unknown':
      return { message: 'ACK', error: 'unknown message' };
    case 'ACK':
    case 'Call':
    case 'SayTextStatus':
      return undefined;
    default:
      return received satisfies never;
  }
}
