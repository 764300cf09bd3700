import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Address } from '@taxinav/bridge-contract';
import { nationalNumber, type PhoneNumber } from '@taxinav/codec';
import { systemClock } from '@taxinav/transport';
import { CALL_CENTER_CHECKS } from '../conform/callcenter/checks.ts';
import { CallCenterBench, type CallCenterSetting } from '../conform/callcenter/context.ts';
import { readReport } from '../conform/callcenter/report.ts';
import { PeerGone, type Check, type CheckResult } from '../conform/check.ts';
import { Evidence } from '../conform/evidence.ts';
import { openJudgePort } from '../conform/judge-port.ts';
import { junitXml } from '../conform/junit.ts';
import { NAVIGATOR_CHECKS } from '../conform/navigator/checks.ts';
import { NavigatorBench } from '../conform/navigator/context.ts';
import type { PeerContext } from '../conform/peer-context.ts';
import { ProbeConnection } from '../conform/probe-connection.ts';
import { printList, printResult, printSummary } from '../conform/result-output.ts';
import { runChecks } from '../conform/run-checks.ts';
import { summaryOf } from '../conform/summary.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';

/** What both sides are told. */
export interface ConformOptions {
  /** The program that is judged; absent only with `list`. */
  readonly peer?: Address | undefined;
  /** Checks or groups, by their ids; absent: all. */
  readonly only?: readonly string[] | undefined;
  readonly list: boolean;
  /** Also the checks that take as long as the rules of time they judge. */
  readonly slow: boolean;
  /** Whether a `should` counts as much as a `must`. */
  readonly strict: boolean;
  /** A file for JUnit XML. */
  readonly junit?: string | undefined;
  /** Seconds that a reaction may take. */
  readonly timeout: number;
}

/** What `conform callcenter` is told. */
export interface ConformCallCenterOptions extends ConformOptions {
  /** Where the peer sends SayTextStatus. */
  readonly status: Address;
  /** Where the peer sends Call. */
  readonly call?: Address | undefined;
  /** Seconds to wait for a Call. */
  readonly callWait: number;
  /** Seconds that a notification may take. */
  readonly patience: number;
  readonly number?: readonly PhoneNumber[] | undefined;
  readonly conference?: readonly [driver: PhoneNumber, passenger: PhoneNumber] | undefined;
  readonly busyNumber?: PhoneNumber | undefined;
  readonly unansweredNumber?: PhoneNumber | undefined;
  readonly unreachableNumber?: PhoneNumber | undefined;
  readonly timezone: string;
}

/** What `conform navigator` is told. */
export interface ConformNavigatorOptions extends ConformOptions {
  /** Where the peer accepts SayTextStatus; absent: where it accepts Call. */
  readonly status?: Address | undefined;
  readonly callerId: PhoneNumber;
}

const now = (): number => systemClock.monotonic();

/** Checks side by side, where the peer serves connections side by side. */
const TOGETHER = 8;

/** A made-up number that answers and listens on a simulated phone network. */
const MADE_UP = '0671234560';
/** The document's example, and a passenger; both hang up after a second there. */
const MADE_UP_CONFERENCE = { driver: '0501234567', passenger: '0671234567' };

/**
 * Two made-up numbers that answer and hang up after a second: few, since a phone takes one call at a time and so few lines are taken;
 * others in each run, since phones are not called without end.
 */
function madeUpOthers(): string[] {
  return [0, 1].map((second) => `0671${String(randomInt(1_000)).padStart(3, '0')}${second}07`);
}

/** Plays Taxi Navigator against a call center and judges it, clause by clause. */
export async function conformCallCenter({ output }: CommandContext, options: ConformCallCenterOptions): Promise<ExitCode> {
  const checks = chosen(CALL_CENTER_CHECKS, options);
  if (options.list) {
    printList(output, checks);
    return EXIT.done;
  }
  const peer = demandedPeer(options.peer);
  const { numbers, conference } = phones(peer, options);
  const wire = (phone: PhoneNumber | undefined): string | undefined => (phone === undefined ? undefined : nationalNumber(phone));
  const bench = new CallCenterBench({
    peer,
    timeoutMs: options.timeout * 1_000,
    patienceMs: options.patience * 1_000,
    numbers,
    conference,
    busyNumber: wire(options.busyNumber),
    unansweredNumber: wire(options.unansweredNumber),
    unreachableNumber: wire(options.unreachableNumber),
    timezone: options.timezone,
    callWaitMs: options.call === undefined ? undefined : options.callWait * 1_000,
    now,
  });
  await using _statuses = await openJudgePort(options.status, '--status', (block, reply) => {
    const report = readReport(block, 'status address', Date.now());
    if (report !== undefined && bench.journal.add(report)) reply.reset();
  });
  await using calls =
    options.call === undefined
      ? undefined
      : await openJudgePort(options.call, '--call', (block, reply) => {
          bench.heardCall(block);
          reply.write(Buffer.from('Message: ACK\r\nError: OK\r\n\r\n'));
        });
  output.talk(`judging the call center at ${formatHostPort(peer)}; its SayTextStatus must come to ${formatHostPort(options.status)}`);
  if (calls !== undefined && options.call !== undefined)
    output.talk(`let a call come in now: its Call must come to ${formatHostPort(options.call)}`);
  return await judge('callcenter', checks, { ...options, peer }, () => bench.open(), output, limitMs(options));
}

/** Plays the call center against a dispatch program and judges it, clause by clause. */
export async function conformNavigator({ output }: CommandContext, options: ConformNavigatorOptions): Promise<ExitCode> {
  const checks = chosen(NAVIGATOR_CHECKS, options);
  if (options.list) {
    printList(output, checks);
    return EXIT.done;
  }
  const peer = demandedPeer(options.peer);
  const bench = new NavigatorBench({
    peer,
    status: options.status ?? peer,
    timeoutMs: options.timeout * 1_000,
    callerId: nationalNumber(options.callerId),
    now,
  });
  output.talk(`judging Taxi Navigator at ${formatHostPort(peer)}`);
  return await judge('navigator', checks, { ...options, peer }, () => bench.open(), output, options.timeout * 10_000);
}

async function judge<Context extends PeerContext>(
  side: string,
  checks: readonly Check<Context>[],
  { peer, strict, junit, timeout }: ConformOptions & { readonly peer: Address },
  open: () => Context,
  output: CommandContext['output'],
  limit: number,
): Promise<ExitCode> {
  await mustBeThere(peer, timeout * 1_000);
  // Who serves one connection at a time must not be blamed for it again by every check; who serves none need not be spared.
  const together = (first: readonly CheckResult[]): number => {
    const has = (verdict: CheckResult['verdict'], ...ids: readonly string[]): boolean =>
      first.some((result) => ids.includes(result.check.id) && result.verdict === verdict);
    return has('pass', 'connection-side-by-side') || has('fail', 'say-text-served', 'call-answered') ? TOGETHER : 1;
  };
  const results = await runChecks(checks, {
    open,
    together,
    limitMs: limit,
    onResult: (result) => printResult(output, result),
  });
  const summary = summaryOf(results, strict);
  printSummary(output, summary, strict);
  if (junit !== undefined) await writeReport(junit, junitXml(side, results, strict));
  return summary.exitCode;
}

/** What no check of a call center takes longer than. */
function limitMs({ timeout, patience, callWait }: ConformCallCenterOptions): number {
  return (timeout * 4 + patience + callWait) * 1_000;
}

async function mustBeThere(address: Address, connectMs: number): Promise<void> {
  try {
    const connection = await ProbeConnection.open({
      address,
      name: 'connection',
      evidence: new Evidence(now),
      connectMs,
    });
    connection.close();
  } catch (error) {
    if (!(error instanceof PeerGone)) throw error;
    throw new CliError('noAnswer', `nobody accepts connections at ${formatHostPort(address)}: ${error.message}. Start the program first.`, {
      cause: error,
    });
  }
}

function demandedPeer(peer: Address | undefined): Address {
  if (peer === undefined) throw new CliError('usage', 'give HOST:PORT of the program to judge, or --list.');
  return peer;
}

/** What takes long is run when it is asked for, by `--slow` or by its name. */
function chosen<Context>(checks: readonly Check<Context>[], { only, slow, list }: ConformOptions): readonly Check<Context>[] {
  if (only === undefined) return checks.filter(({ phase }) => slow || list || phase !== 'slow');
  const unknown = only.find((name) => !checks.some(({ id, group }) => id === name || group === name));
  if (unknown !== undefined) throw new CliError('usage', `--only ${unknown}: no check and no group has this name; --list shows them.`);
  return checks.filter(({ id, group }) => only.includes(id) || only.includes(group));
}

/** Made-up numbers are for programs on this machine: elsewhere they would ring somebody. */
function phones(peer: Address, options: ConformCallCenterOptions): Pick<CallCenterSetting, 'numbers' | 'conference'> {
  const here = peer.host === 'localhost' || peer.host === '::1' || peer.host.startsWith('127.');
  const [followed, ...others] = options.number?.map(nationalNumber) ?? (here ? [MADE_UP, ...madeUpOthers()] : []);
  if (followed === undefined) {
    throw new CliError(
      'usage',
      `${formatHostPort(peer)} is not this machine, and made-up numbers would ring somebody: give --number NUMBER.`,
    );
  }
  const [driver, passenger] = options.conference?.map(nationalNumber) ?? [];
  const given = driver === undefined || passenger === undefined ? undefined : { driver, passenger };
  return {
    numbers: { followed, others: others.length > 0 ? others : [followed] },
    conference: given ?? (here ? MADE_UP_CONFERENCE : undefined),
  };
}

async function writeReport(file: string, xml: string): Promise<void> {
  try {
    await writeFile(file, xml);
  } catch (error) {
    throw new CliError('failed', `--junit ${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
