import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { closedPort, startPostgres, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { expect } from 'vitest';
import { startBridge, type BridgeProcess, type LogEntry } from '../src/bridge-process.ts';
import { anomalies, check, summarize, type Report } from '../src/checker.ts';
import type { BridgeDatabase, Owed } from '../src/database.ts';
import { Journal } from '../src/journal.ts';
import { createSayTexts, type LoadedColumn, type LoadEntry, type SayTextSource } from '../src/load.ts';
import { startNavigator, type Navigator } from '../src/navigator.ts';
import { checkPhones, type PhoneReport } from '../src/phone-checker.ts';
import { PHONES, startPhoneNetwork, type PhoneNetwork } from '../src/phone-network.ts';
import { postgresDatabase } from '../src/postgres-database.ts';
import { createRandom, type Random } from '../src/random.ts';
import { BlockReader, writeBlock } from '../src/wire.ts';
import { configurationText } from './site.ts';

/** One of the bridges of a company: started as often as one likes. */
export interface Node {
  readonly id: string;
  /** Where it listens for the column; the same for every run. */
  readonly port: number;
  /** Behind its PBX. */
  readonly phones: PhoneNetwork;
  /** The process of its last run. */
  readonly bridge: BridgeProcess;
  /** Whether that runs. */
  readonly alive: boolean;
  /** Begins a further run and waits until it is ready. */
  start(): Promise<BridgeProcess>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
}

/** A taxi company with bridges that share one PostgreSQL, and one Asterisk or none. */
export interface Company extends AsyncDisposable {
  readonly folder: TemporaryFolder;
  /** The first node's, and the other's too unless that has one of its own. */
  readonly phones: PhoneNetwork;
  readonly navigator: Navigator;
  readonly database: BridgeDatabase;
  readonly nodes: readonly [Node, Node];
  readonly load: Journal<LoadEntry>;
  readonly log: Journal<LogEntry>;
  readonly random: Random;
  readonly sayTexts: SayTextSource;
  /** The column by each of its bridges, to say something to. */
  readonly columns: readonly [LoadedColumn, LoadedColumn];
  /** The node that holds the PBX by what was logged last, and the other. */
  holding(): readonly [holder: Node, standby: Node];
  /** Resolves when a run of another node than `than` holds the PBX, looked for from log entry `from` on; with its delay in milliseconds. */
  takenOver(from: number, than?: Node): Promise<Node>;
  /** Notes what is sent, so that the phones can be compared with it. */
  drain(patienceMs?: number): Promise<Owed>;
  check(): Promise<{ readonly report: Report; readonly phones: PhoneReport }>;
}

/** What a test wants otherwise. */
export interface CompanyOptions {
  readonly seed: number;
  readonly lastDigits?: string;
  readonly configuration?: Readonly<Record<string, string>>;
  /** `dialling.channels`. */
  readonly channels?: number;
  /** Whether each node has an Asterisk of its own. @defaultValue false */
  readonly ownAsterisks?: boolean;
}

const POLL_MS = 100;
/** A call that was just settled may still be hung up, milliseconds. */
const LEFT_MS = 30_000;

/** Sets it up with both nodes running. @throws Error when there is no PostgreSQL */
export async function openCompany(options: CompanyOptions): Promise<Company> {
  const { seed, channels = 8 } = options;
  await using stack = new AsyncDisposableStack();
  /** Processes are begun later too. */
  let owner: AsyncDisposableStack = stack;
  const folder = stack.use(await temporaryFolder());
  const server = await startPostgres();
  if ('absent' in server) throw new Error(server.absent);
  stack.use(server);
  const phones = stack.use(await startPhoneNetwork());
  const others = options.ownAsterisks === true ? stack.use(await startPhoneNetwork()) : phones;
  const database = stack.use(await postgresDatabase(server.url));
  const random = createRandom(seed);
  const navigator = stack.use(
    await startNavigator({ port: await closedPort(), manners: 'acknowledges', file: folder.file('navigator.jsonl') }),
  );
  const load = stack.use(new Journal<LoadEntry>({ file: folder.file('load.jsonl') }));
  const log = stack.use(new Journal<LogEntry>({ file: folder.file('bridges.jsonl') }));
  const said = new Map<string, string>();
  const source = createSayTexts(random, options.lastDigits ?? '0001237');
  const runs = new Map<number, string>();
  const makeNode = async (id: string, own: PhoneNetwork): Promise<Node> => {
    const { ariUrl, username, password } = own.asterisk;
    const port = await closedPort();
    const configurationFile = folder.file(`${id}.yaml`);
    const text = configurationText([{ id: 'north', port, navigatorPort: navigator.port }], {
      node: id,
      database: database.url,
      dialling: `{ channels: ${channels}, reserve: 1, attempts: 2, ringSeconds: 2, timeToLiveSeconds: 90, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }`,
      conference: '{ ringSeconds: 5, maximumMinutes: 1 }',
      pbx: `{ driver: asterisk, asterisk: { url: '${ariUrl}', username: ${username}, password: ${password}, application: taxinav } }`,
      speech: '{ ringOnly: true, engine: none }',
      log: '{ level: debug }',
      ...options.configuration,
    });
    writeFileSync(configurationFile, text.replace('id: north,', `id: north, operator: 'Local/0670000010@phones', endpoint: '${PHONES}',`));
    let bridge: BridgeProcess | undefined;
    let alive = false;
    const present = (): BridgeProcess => {
      if (bridge === undefined) throw new Error(`${id} was never started`);
      return bridge;
    };
    return {
      id,
      port,
      phones: own,
      get bridge() {
        return present();
      },
      get alive() {
        return alive;
      },
      async start() {
        const run = runs.size + 1;
        runs.set(run, id);
        const started = owner.use(startBridge({ configurationFile, log, run }));
        bridge = started;
        alive = true;
        void started.exited.then(() => {
          if (bridge === started) alive = false;
        });
        await started.ready;
        return started;
      },
      async kill() {
        present().signal('SIGKILL');
        await present().exited;
      },
    };
  };
  const nodes = [await makeNode('first', phones), await makeNode('second', others)] as const;
  for (const node of nodes) await node.start();
  const holds = (entry: LogEntry): Node | undefined =>
    entry.event === 'pbx-held' ? nodes.find(({ id }) => id === runs.get(entry.run)) : undefined;
  const [first, second] = nodes;
  const columns = [
    { id: 'north', port: first.port, elsewhere: [second.port] },
    { id: 'north', port: second.port, elsewhere: [first.port] },
  ] as const;
  owner = stack.move();
  return {
    folder,
    phones,
    navigator,
    database,
    nodes,
    load,
    log,
    random,
    columns,
    sayTexts: {
      next: (column, lastDigit) => {
        const message = source.next(column, lastDigit);
        said.set(message.guid, message.phone);
        return message;
      },
    },
    holding() {
      const last = log.entries.findLast(({ event }) => event === 'pbx-held');
      const holder = last === undefined ? undefined : holds(last);
      if (holder === undefined) throw new Error('no node holds the PBX');
      return [holder, holder === first ? second : first];
    },
    async takenOver(from, than) {
      return await log.when(
        'another holder of the PBX',
        () => {
          for (const entry of log.entries.slice(from)) {
            const node = holds(entry);
            if (node !== undefined && node !== than) return node;
          }
          return undefined;
        },
        30_000,
      );
    },
    async drain(patienceMs = 60_000) {
      let until = performance.now() + patienceMs;
      let least = Infinity;
      for (;;) {
        const owed = await database.readOwed();
        if (owed.rounds === 0 && owed.reports === 0) return owed;
        if (owed.rounds + owed.reports < least) {
          least = owed.rounds + owed.reports;
          until = performance.now() + patienceMs;
        }
        if (performance.now() > until) throw new Error(`for ${patienceMs} ms the bridges have owed ${JSON.stringify(owed)}`);
        await pause(POLL_MS);
      }
    },
    async check() {
      const stored = await database.readStored();
      const report = check({ load: load.entries, navigators: { north: navigator.journal.entries }, log: log.entries, stored });
      const calls = (await Promise.all([...new Set([phones, others])].map((network) => network.calls()))).flat();
      const inOrder = calls.toSorted((one, other) => one.beganAt - other.beganAt);
      return { report, phones: checkPhones({ calls: inOrder, stored, phones: said, channels }) };
    },
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  };
}

/** Fails with every anomaly of journals and phones, and with what is left on the PBX; returns the reports. */
export async function expectNothingLost(company: Company): Promise<{ readonly report: Report; readonly phones: PhoneReport }> {
  const { report, phones } = await company.check();
  const found = [...anomalies(report), ...phones.anomalies.map(({ subject, why }) => `phones: ${subject}: ${why}`)];
  expect(found, summarize(report)).toEqual([]);
  for (const node of company.nodes) await expectNothingLeft(node.phones);
  return { report, phones };
}

/** Waits a moment until the PBX has neither channel nor bridge. @throws Error naming what is left */
export async function expectNothingLeft(phones: PhoneNetwork): Promise<void> {
  const until = performance.now() + LEFT_MS;
  for (;;) {
    const left = await phones.left();
    if (left.length === 0) return;
    if (performance.now() > until) throw new Error(`the PBX still has ${left.join(', ')}`);
    await pause(POLL_MS);
  }
}

/** Sends one message and waits for its ACK; gives its Error, or what was closed in place of it. */
export async function ask(port: number, fields: readonly (readonly [name: string, value: string])[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const reader = new BlockReader();
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.setTimeout(30_000, () => reject(new Error('no answer in time')));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed without an answer')));
      socket.on('connect', () => socket.write(writeBlock(fields, 'strict')));
      socket.on('data', (bytes) => {
        const [block] = reader.push(bytes);
        if (block !== undefined) resolve(block.fields['Error'] ?? '');
      });
    });
  } finally {
    socket.destroy();
  }
}

/** A Dial. Source: [TN-9]. */
export function dial(tel: string): readonly (readonly [string, string])[] {
  return [
    ['Message', 'Dial'],
    ['Tel', tel],
  ];
}

/** A Conference. Source: [TN-19]. */
export function conference(tel1: string, tel2: string): readonly (readonly [string, string])[] {
  return [
    ['Message', 'Conference'],
    ['Tel1', tel1],
    ['Tel2', tel2],
  ];
}
