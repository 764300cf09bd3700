import { callLogPageSchema, incomingCallSchema, type CallLogPageJson, type ColumnConfiguration } from '@taxinav/bridge-contract';
import { canonicalGuid, nationalNumber, type Message } from '@taxinav/codec';
import { send, type Delivery } from '@taxinav/transport';
import { askBridge, isReady, type BridgeTarget } from '../bridge-client.ts';
import { CliError } from '../cli-error.ts';
import type { Output } from '../output.ts';
import { randomGuid } from '../random-guid.ts';
import { visible } from '../visible.ts';
import { WireWatch, type Sighting } from '../wire-watch.ts';
import type { Awaited } from './awaited.ts';
import { playableNumber } from './playable-number.ts';

/** What playing needs. */
export interface PlayParts {
  readonly column: ColumnConfiguration;
  readonly target: BridgeTarget;
  /** Everything that Taxi Navigator's ports receive. */
  readonly received: Awaited<Message>;
  readonly see: (sighting: Sighting) => void;
  readonly output: Output;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** The four jobs, in the words of the design. */
type Job = 'caller popup' | 'click to call' | 'spoken notification' | 'conference';

const READY_MS = 15_000;
const STATUS_MS = 40_000;
const REPLY_MS = 20_000;
const LOGGED_MS = 15_000;
/** Between two looks at what changes without telling. */
const LOOK_MS = 250;

/** Plays the four jobs once, one after another; resolves with how many were done. Source: [TN-4, TN-9, TN-11, TN-19]. */
export async function play(parts: PlayParts): Promise<{ readonly done: number; readonly of: number }> {
  await untilReady(parts);
  const jobs: readonly (readonly [Job, () => Promise<string>])[] = [
    ['caller popup', () => callerPopup(parts)],
    ['click to call', () => clickToCall(parts)],
    ['spoken notification', () => spokenNotification(parts)],
    ['conference', () => conference(parts)],
  ];
  let done = 0;
  for (const [job, run] of jobs) {
    if (parts.signal.aborted) break;
    if (await played(job, run, parts)) done += 1;
  }
  const line = `play over: ${done} of ${jobs.length} jobs done`;
  parts.output.record({ event: 'play-over', done, of: jobs.length }, () =>
    parts.output.style(done === jobs.length ? 'green' : 'red', line),
  );
  return { done, of: jobs.length };
}

async function played(job: Job, run: () => Promise<string>, { output }: PlayParts): Promise<boolean> {
  try {
    const detail = await run();
    output.record({ event: 'job', job, done: true, detail }, () => `${output.style('green', '✓')} ${output.style('bold', job)}: ${detail}`);
    return true;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const [detail = ''] = error.lines;
    output.record({ event: 'job', job, done: false, detail }, () => `${output.style('red', '✗')} ${output.style('bold', job)}: ${detail}`);
    return false;
  }
}

async function untilReady({ target, signal, output }: PlayParts): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (let tries = 0; !(await isReady(target)); tries++) {
    if (tries === 0) output.talk(`waiting for the bridge at ${target.url}`);
    if (signal.aborted || performance.now() > deadline)
      throw new CliError('noAnswer', `${target.url}: the bridge did not get ready in ${READY_MS / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A call comes in: the bridge sends Call, which is answered ACK [TN-5, TN-8]. */
async function callerPopup({ column, target, received, signal, random }: PlayParts): Promise<string> {
  const callerId = playableNumber(column, 9, random);
  const [line] = Object.keys(column.lines);
  const seen = received.next((message) => message.message === 'Call' && message.callerId === callerId, REPLY_MS, signal);
  const { outcome, evidence } = await askBridge(target, {
    method: 'POST',
    path: '/api/v1/calls',
    body: { ...(line === undefined ? { column: column.id } : { line }), callerId: nationalNumber(callerId) },
    schema: incomingCallSchema,
  });
  if (outcome !== 'acknowledged') throw new CliError('failed', `the bridge says ${outcome}: ${visible(evidence)}`);
  if ((await seen) === undefined) throw new CliError('noAnswer', 'the bridge says acknowledged, but no Call came');
  return `a call from ${nationalNumber(callerId)} opened an order form`;
}

/** The dispatcher clicks: Dial is sent, which has no answer as a rule [TN-9]; what became of it stands in the bridge's call log. */
async function clickToCall(parts: PlayParts): Promise<string> {
  const { column, target, random, signal } = parts;
  const tel = playableNumber(column, 7, random);
  const before = await newestCall(target);
  const { evidence } = await sent({ message: 'Dial', tel }, parts);
  const deadline = performance.now() + LOGGED_MS;
  for (;;) {
    const { calls } = await callLog(target);
    const call = calls.find(({ id, kind, columnId }) => id > before && kind === 'Dial' && columnId === column.id);
    if (call?.outcome === 'answered') return `operator and ${nationalNumber(tel)} have talked (${evidence}, ${call.outcome})`;
    if (call?.outcome !== undefined)
      throw new CliError('failed', visible(`the call log says ${call.outcome}: ${call.detail ?? 'no detail'}`));
    if (signal.aborted || performance.now() > deadline)
      throw new CliError('noAnswer', `the call log shows no end of it in ${LOGGED_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function callLog(target: BridgeTarget): Promise<CallLogPageJson> {
  return askBridge(target, { method: 'GET', path: '/api/v1/calls', schema: callLogPageSchema });
}

async function newestCall(target: BridgeTarget): Promise<number> {
  const { calls } = await callLog(target);
  return Math.max(0, ...calls.map(({ id }) => id));
}

/** A key is pressed: SayText is sent, and its statuses are awaited up to Done [TN-11, TN-13]. */
async function spokenNotification(parts: PlayParts): Promise<string> {
  const { received, signal, column, random } = parts;
  const numberToCall = playableNumber(column, 1, random);
  const guid = randomGuid();
  const key = canonicalGuid(guid);
  const statuses: string[] = [];
  const end = received.next(
    (message) => {
      if (message.message !== 'SayTextStatus' || canonicalGuid(message.guid) !== key) return false;
      statuses.push(message.status);
      return !['Queued', 'Active'].includes(message.status);
    },
    STATUS_MS,
    signal,
  );
  await sent({ message: 'SayText', numberToCall, textToSay: 'Ваша машина подана. Белый Ланос, номер 1234.', guid }, parts);
  const last = await end;
  const seen = statuses.join(', ');
  if (last === undefined)
    throw new CliError('noAnswer', `no result in ${STATUS_MS / 1_000} s; statuses seen: ${seen === '' ? 'none' : seen}`);
  if (statuses.at(-1) !== 'Done') throw new CliError('failed', `${nationalNumber(numberToCall)} did not hear the text: ${seen}`);
  return `${nationalNumber(numberToCall)} heard the text: ${seen}`;
}

/** Driver and passenger are joined: the reply is read on the same connection [TN-19, TN-22]. */
async function conference(parts: PlayParts): Promise<string> {
  const tel1 = playableNumber(parts.column, 0, parts.random);
  const tel2 = playableNumber(parts.column, 7, parts.random);
  const { evidence, reason } = await sent({ message: 'Conference', tel1, tel2 }, parts);
  if (evidence !== 'acknowledged') throw new CliError('noAnswer', `no ACK came (${evidence}): ${visible(reason)}`);
  return `driver ${nationalNumber(tel1)} and passenger ${nationalNumber(tel2)} are joined`;
}

async function sent(message: Message, { column, see, signal }: PlayParts): Promise<Delivery> {
  const { listen, encoding } = column;
  const watch = new WireWatch(encoding, see);
  const waitMs = message.message === 'Conference' ? REPLY_MS : 2_000;
  const delivery = await send({ ...listen, encoding, waitMs, tap: (frame) => watch.frame(frame) }, message, { signal });
  if (delivery.evidence === 'refused' || delivery.evidence === 'notSent') {
    throw new CliError('failed', `${message.message} was ${delivery.evidence}: ${visible(delivery.reason)}`);
  }
  return delivery;
}
