import {
  columnsSchema,
  formatAddress,
  readySchema,
  type ColumnsJson,
  type Configuration,
  type RefusedPeerJson,
} from '@taxinav/bridge-contract';
import { askBridge, BridgeUnreachable, type BridgeTarget } from '../bridge-client.ts';
import { CliError } from '../cli-error.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** What a running bridge says of itself; undefined where none runs. */
export interface RunningBridge {
  readonly columns?: ColumnsJson;
  /** It runs with another configuration: nothing it says is about this one. */
  readonly stranger?: true;
  readonly findings: readonly Finding[];
}

/** How long it may take to answer, milliseconds. */
const ANSWER_MS = 10_000;

/** Asks the bridge that runs with the configuration, if one does; by its columns' ids and ports it is told from another one. */
export async function askRunningBridge(target: BridgeTarget, configured?: Configuration['columns']): Promise<RunningBridge | undefined> {
  try {
    const { status, checks } = await askReady(target);
    const { columns, trouble } = await columnsOf(target);
    if (columns !== undefined && configured !== undefined && !areServed(configured, columns)) return stranger(target, configured, columns);
    const findings =
      status === 'ready'
        ? [ok('bridge', `runs at ${target.url} and is ready`)]
        : checks
            .filter((check) => !check.ok)
            .map(({ name, detail = 'not in order' }) => fail('bridge', `${name}: ${detail}`, "look at the bridge's log."));
    return { findings: [...findings, ...trouble], ...(columns !== undefined && { columns }) };
  } catch (error) {
    if (error instanceof BridgeUnreachable) return undefined;
    if (!(error instanceof CliError)) throw error;
    return {
      findings: [fail('bridge', error.message, 'what answers there may be another program: change http.listen or end that program.')],
    };
  }
}

/** Whether these are the configured columns, on the configured ports where those are not left to the system. */
function areServed(configured: Configuration['columns'], { columns }: ColumnsJson): boolean {
  const ports = new Map(columns.map(({ id, listen }) => [id, Number(listen.slice(listen.lastIndexOf(':') + 1))]));
  return (
    ports.size === configured.length &&
    configured.every(({ id, listen: { port } }) => ports.has(id) && (port === 0 || ports.get(id) === port))
  );
}

function stranger(target: BridgeTarget, configured: Configuration['columns'], { node, columns }: ColumnsJson): RunningBridge {
  const theirs = columns.map(({ id, listen }) => `${id} (${listen})`).join(', ');
  const ours = configured.map(({ id, listen }) => `${id} (${formatAddress(listen)})`).join(', ');
  return {
    stranger: true,
    findings: [
      fail(
        'bridge',
        `another bridge, ${node}, answers at ${target.url}: its columns are ${theirs}, here they are ${ours}`,
        'give this one an http.listen of its own; or, if that bridge is to have this configuration, start it with this file, or reload it with SIGHUP.',
      ),
    ],
  };
}

async function askReady(target: BridgeTarget): ReturnType<typeof readySchema.parseAsync> {
  // 503 has the same answer: it is no refusal.
  const response = await fetch(`${target.url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' }).catch(
    (error: unknown) => {
      throw new BridgeUnreachable('failed', `${target.url}: no bridge answers`, { cause: error });
    },
  );
  const read = readySchema.safeParse(await response.json().catch(() => undefined));
  if (!read.success) throw new CliError('failed', `${target.url} is not a bridge's HTTP API (status ${response.status})`);
  return read.data;
}

async function columnsOf(target: BridgeTarget): Promise<{ readonly columns?: ColumnsJson; readonly trouble: readonly Finding[] }> {
  try {
    const columns = await askBridge(target, { method: 'GET', path: '/api/v1/columns', schema: columnsSchema }, ANSWER_MS);
    return { columns, trouble: pbxTrouble(columns) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return {
      trouble: [
        warn(
          'bridge',
          `its columns cannot be asked for: ${error.message}`,
          'give a token with --token, and use the taxinav of the bridge’s version.',
        ),
      ],
    };
  }
}

/** What the bridge has noticed of its PBX by itself. */
function pbxTrouble({ pbx }: ColumnsJson): readonly Finding[] {
  return [
    // On standby another bridge uses it, as it should be.
    ...(pbx.state === 'ready' || pbx.state === 'standby'
      ? []
      : [fail('bridge', `its PBX is ${pbx.state}`, 'see the lines about Asterisk, and the log of the bridge.')]),
    ...pbx.alarms.map(({ endpoint, since }) =>
      warn(
        'bridge',
        `the last calls over ${endpoint} ended without ringing, since ${since}`,
        'ask the provider: trunk, balance, or a caller ID that it refuses?',
      ),
    ),
  ];
}

/** Whom the columns have turned away since the bridge started; by its counters alone where it is too old to name them. */
export async function knockedInVain(target: BridgeTarget, columns?: ColumnsJson): Promise<readonly Finding[]> {
  const named = columns?.columns.every(({ refused }) => refused !== undefined) === true;
  return named ? turnedAway(columns) : await countedInVain(target);
}

/** Addresses that one line names; the bridge's own list is longer. */
const NAMED = 5;

function turnedAway({ columns }: ColumnsJson): readonly Finding[] {
  const found = columns.filter(({ refused = [] }) => refused.length > 0);
  if (found.length === 0) return [ok('allow', 'nobody was turned away since the bridge started')];
  return found.map(({ id, refused = [] }) => {
    const more = refused.length > NAMED ? `, and ${refused.length - NAMED} more` : '';
    return warn(
      'allow',
      `column ${id} has turned away ${refused.slice(0, NAMED).map(knock).join(', ')}${more}`,
      'not-allowed: add it to allow if it is Taxi Navigator, else let a firewall keep it away; proxy-header: the balancer must send PROXY protocol v2.',
    );
  });
}

function knock({ address, reason, count, lastAt }: RefusedPeerJson): string {
  return `${address} (${reason}, ${count} ${count === 1 ? 'time' : 'times'}, last ${lastAt})`;
}

async function countedInVain({ url, token }: BridgeTarget): Promise<readonly Finding[]> {
  const check = 'allow';
  try {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error', headers });
    if (!response.ok)
      return [warn(check, `the bridge's metrics cannot be read (HTTP status ${response.status})`, 'give a token with --token.')];
    const refused = [...(await response.text()).matchAll(/^taxinav_connections_total\{([^}]*)\} (\d+)/gm)].flatMap(
      ([, labels = '', times = '0']) => {
        const column = /column="([^"]*)"/.exec(labels)?.[1] ?? '';
        return /reason="not-allowed"/.test(labels) && times !== '0' ? [{ column, times }] : [];
      },
    );
    if (refused.length === 0) return [ok(check, 'nobody was turned away since the bridge started')];
    return refused.map(({ column, times }) =>
      warn(
        check,
        `column ${column} has turned away ${times} connections since the bridge started`,
        "the bridge's log has their addresses (refused, not-allowed): add those of Taxi Navigator to allow, and let a firewall keep the others away.",
      ),
    );
  } catch (error) {
    return [
      warn(check, `the bridge's metrics cannot be read (${(error as Error).message})`, 'run the doctor on the machine of the bridge.'),
    ];
  }
}
