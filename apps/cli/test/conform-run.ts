import { parsePhoneNumber, type PhoneNumber } from '@taxinav/codec';
import type { CommandContext } from '../src/command-context.ts';
import { conformCallCenter, conformNavigator } from '../src/commands/conform.ts';

/** What a run of `conform` has said: the verdicts by their ids, and what it ends with. */
export interface ConformRun {
  readonly exitCode: number;
  readonly verdicts: ReadonlyMap<string, string>;
  /** The ids of what failed, in order. */
  readonly failed: readonly string[];
  /** What did not pass, for a test that fails. */
  readonly told: string;
}

interface Recorded {
  readonly check?: string;
  readonly severity?: string;
  readonly verdict?: string;
  readonly reason?: string;
}

/** Waits that are short, since these peers answer at once or never. */
const SHORT = { list: false, strict: false, slow: false, timeout: 1 } as const;

function recording(): { readonly context: CommandContext; readonly records: Recorded[] } {
  const records: Recorded[] = [];
  const context: CommandContext = {
    output: {
      json: true,
      record: (object) => void records.push(object),
      bytes: () => undefined,
      talk: () => undefined,
      style: (_style, text) => text,
    },
    env: {},
    stdin: (async function* () {})(),
    interrupted: () => new AbortController().signal,
  };
  return { context, records };
}

function runOf(exitCode: number, records: readonly Recorded[]): ConformRun {
  const checks = records.filter(({ check }) => check !== undefined);
  const verdicts = new Map(checks.map(({ check = '', verdict = '' }) => [check, verdict]));
  const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ check = '' }) => check);
  const told = checks
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive')
    .map(({ check, severity, verdict, reason }) => `${verdict} ${severity} ${check}: ${reason}`)
    .join('\n');
  return { exitCode, verdicts, failed, told };
}

/** Judges a call center in this process. */
export async function judgeCallCenter(port: number, statusPort: number, only?: readonly string[]): Promise<ConformRun> {
  const { context, records } = recording();
  const exitCode = await conformCallCenter(context, {
    ...SHORT,
    only,
    peer: { host: '127.0.0.1', port },
    status: { host: '127.0.0.1', port: statusPort },
    callWait: 1,
    patience: 2,
    timezone: 'Europe/Kyiv',
  });
  return runOf(exitCode, records);
}

/** Judges a dispatch program in this process. */
export async function judgeNavigator(port: number, only?: readonly string[]): Promise<ConformRun> {
  const { context, records } = recording();
  const callerId: PhoneNumber | undefined = parsePhoneNumber('0675040279');
  if (callerId === undefined) throw new Error('no number');
  const exitCode = await conformNavigator(context, { ...SHORT, only, peer: { host: '127.0.0.1', port }, callerId });
  return runOf(exitCode, records);
}
