import type { Address } from '@taxinav/bridge-contract';
import { ProtocolError, type CarType, type Guid, type Message, type PhoneNumber, type TextEncoding } from '@taxinav/codec';
import { createSender, type Delivery, type RawFrame } from '@taxinav/transport';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';
import { messageJson, wireName } from '../message-fields.ts';
import type { Output, Style } from '../output.ts';
import { randomGuid } from '../random-guid.ts';
import { rawJson, rawText, resultLine } from '../show.ts';
import { visible } from '../visible.ts';

/** What is to be sent. */
export type Sending =
  | { readonly what: 'call'; readonly callerId: PhoneNumber; readonly carType: CarType }
  | { readonly what: 'dial'; readonly tel: PhoneNumber }
  | { readonly what: 'say'; readonly number: PhoneNumber; readonly text: string; readonly guid?: Guid | undefined }
  | { readonly what: 'conference'; readonly tel1: PhoneNumber; readonly tel2: PhoneNumber };

/** Where it is sent, and how. */
export interface SendCommandOptions {
  readonly to: Address;
  readonly encoding: TextEncoding;
  /** Seconds to wait for the reaction; absent: 2, and 20 for a Conference, which is answered when the driver's call is taken. */
  readonly wait?: number | undefined;
  /** One connection for all, as long as the peer answers and keeps it. */
  readonly keep: boolean;
  readonly count: number;
  readonly mask: boolean;
}

const WAIT_SECONDS: Readonly<Record<Sending['what'], number>> = { call: 2, dial: 2, say: 2, conference: 20 };

/** Sends messages one after another; prints each with the peer's reaction and what that proves. */
export async function sendCommand(
  { output, interrupted }: CommandContext,
  sending: Sending,
  options: SendCommandOptions,
): Promise<ExitCode> {
  const { to, encoding, keep } = options;
  let frames: RawFrame[] = [];
  await using sender = createSender({
    ...to,
    encoding,
    waitMs: (options.wait ?? WAIT_SECONDS[sending.what]) * 1_000,
    after: keep ? 'keep' : 'halfClose',
    tap: (frame) => frames.push(frame),
  });
  const signal = interrupted();
  let worst: ExitCode = EXIT.done;
  for (let sent = 0; sent < options.count && !signal.aborted; sent++) {
    const message = messageOf(sending);
    frames = [];
    const delivery = await checked(sender.send(message, { signal }));
    show(message, delivery, frames, options, output);
    const code = exitCode(message, delivery);
    if (worst === EXIT.done) worst = code;
  }
  return worst;
}

function messageOf(sending: Sending): Message {
  switch (sending.what) {
    case 'call':
      return { message: 'Call', callerId: sending.callerId, carType: sending.carType };
    case 'dial':
      return { message: 'Dial', tel: sending.tel };
    case 'say':
      return { message: 'SayText', numberToCall: sending.number, textToSay: sending.text, guid: sending.guid ?? randomGuid() };
    case 'conference':
      return { message: 'Conference', tel1: sending.tel1, tel2: sending.tel2 };
    default:
      return sending satisfies never;
  }
}

async function checked(sending: Promise<Delivery>): Promise<Delivery> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new CliError('usage', `this message cannot be written: ${visible(error.message)}`, { cause: error });
  }
}

/** Dial and SayText get no answer as a rule [reading 25]; a Call and a Conference are accepted by their answer alone [TN-8, TN-22]. */
function exitCode(message: Message, { evidence }: Delivery): ExitCode {
  switch (evidence) {
    case 'acknowledged':
      return EXIT.done;
    case 'taken':
    case 'unconfirmed':
      return message.message === 'Dial' || message.message === 'SayText' ? EXIT.done : EXIT.noAnswer;
    case 'refused':
      return EXIT.refused;
    case 'inDoubt':
      return EXIT.noAnswer;
    case 'notSent':
      return EXIT.failed;
    default:
      return evidence satisfies never;
  }
}

const EVIDENCE_STYLE: Readonly<Record<Delivery['evidence'], Style>> = {
  acknowledged: 'green',
  taken: 'green',
  unconfirmed: 'green',
  refused: 'red',
  inDoubt: 'yellow',
  notSent: 'red',
};

function show(message: Message, delivery: Delivery, frames: readonly RawFrame[], options: SendCommandOptions, output: Output): void {
  const to = formatHostPort(options.to);
  const sent = joined(frames, 'out');
  const received = joined(frames, 'in');
  const elapsedMs = Math.round(delivery.elapsedMs * 10) / 10;
  const ack = delivery.ack;
  output.record(
    {
      to,
      ...messageJson(message, options),
      evidence: delivery.evidence,
      reason: delivery.reason,
      elapsedMs,
      ...(ack !== undefined && { reply: messageJson(ack, options) }),
      sent: sent && rawJson(sent, options),
      received: received && rawJson(received, options),
    },
    () => [
      `→ ${to}  ${resultLine(message, options, output)}`,
      `    ${output.style('dim', `sent  ${sent === undefined ? 'nothing' : rawText(sent, options)}`)}`,
      ...(ack === undefined ? [] : [`← ${to}  ${resultLine(ack, options, output)}`]),
      ...(received === undefined ? [] : [`    ${output.style('dim', `received  ${rawText(received, options)}`)}`]),
      `${output.style(EVIDENCE_STYLE[delivery.evidence], delivery.evidence)}  ${visible(wireName(message))} in ${elapsedMs} ms. ${visible(delivery.reason)}`,
    ],
  );
}

function joined(frames: readonly RawFrame[], direction: RawFrame['direction']): Uint8Array | undefined {
  const bytes = frames.filter((frame) => frame.direction === direction).map((frame) => frame.bytes);
  return bytes.length === 0 ? undefined : Buffer.concat(bytes);
}
