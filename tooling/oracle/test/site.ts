import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { closedPort, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { expect } from 'vitest';
import { startBridge, type BridgeProcess, type BridgeProcessOptions, type LogEntry } from '../src/bridge-process.ts';
import { anomalies, check, summarize, type Report } from '../src/checker.ts';
import type { BridgeDatabase, Owed } from '../src/database.ts';
import { postgresDatabase } from '../src/postgres-database.ts';
import { sqliteDatabase } from '../src/sqlite-database.ts';
import { Journal } from '../src/journal.ts';
import { createSayTexts, sayUntilAnswered, type LoadEntry, type SayText, type SayTextSource } from '../src/load.ts';
import { startNavigator, type Manners, type Navigator } from '../src/navigator.ts';
import { createRandom, type Random } from '../src/random.ts';

/** A column of a site with the Taxi Navigator that belongs to it. */
export interface SiteColumn {
  readonly id: string;
  /** Where the bridge listens; the same for every run. */
  readonly port: number;
  readonly navigator: Navigator;
}

/** A taxi company in miniature: one bridge at a time on one database, a Taxi Navigator a column, and a journal each. */
export interface Site extends AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly configurationFile: string;
  readonly database: BridgeDatabase;
  readonly north: SiteColumn;
  readonly columns: readonly [SiteColumn, ...SiteColumn[]];
  readonly load: Journal<LoadEntry>;
  readonly log: Journal<LogEntry>;
  readonly random: Random;
  readonly sayTexts: SayTextSource;
  /** Begins a further run of the bridge. */
  launch(options?: Partial<BridgeProcessOptions>): BridgeProcess;
  /** Begins one and waits until it is ready. */
  start(): Promise<BridgeProcess>;
  /** Sends SayText to `north`, one a last digit, and waits until each is accepted or refused. */
  say(lastDigits: string): Promise<readonly SayText[]>;
  /** Waits until nothing is owed any more; rejects when it does not get less for `patienceMs`. */
  drain(patienceMs?: number): Promise<Owed>;
  /** Compares the journals with the database. */
  check(): Promise<Report>;
}

/** What a test wants otherwise. */
export interface SiteOptions {
  readonly seed?: number;
  /** Column ids with the manners of their Taxi Navigators. */
  readonly columns?: readonly (readonly [id: string, manners: Manners])[];
  /** Further lines of the configuration, in place of what they name. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Where the database file is to be, in place of the site's folder: a disk of its own. SQLite only. */
  readonly databaseFolder?: string;
  /** What it is to use in place of a database of its own; disposed of with the site. */
  readonly database?: BridgeDatabase;
  /** What the phones do; see design: the last digit decides. */
  readonly lastDigits?: string;
}

const POLL_MS = 100;
/** A PostgreSQL server that every run is to use; without it each has a SQLite file. */
const SERVER = process.env['TAXINAV_ORACLE_DATABASE'];

/** Calls of seconds instead of minutes, and no limits: what is checked is the bridge's memory, not its policy. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  node: 'oracle',
  // Wall clock times are compared with the database, so no hour may occur twice.
  timezone: 'Etc/UTC',
  database: 'sqlite:taxinav.db',
  acknowledge: 'all',
  dialling:
    '{ channels: 1000, reserve: 1, attempts: 2, ringSeconds: 1, timeToLiveSeconds: 8, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }',
  limits: '{ perPeerPerMinute: 0, perCalleePerHour: 0 }',
  wire: '{ connectionsPerAddress: 256 }',
  pbx: '{ driver: simulated }',
  http: '{ listen: 127.0.0.1:0 }',
  log: '{ level: info }',
};

/** The configuration of a site's columns, `wanted` in place of the defaults. */
export function configurationText(
  columns: readonly { readonly id: string; readonly port: number; readonly navigatorPort: number }[],
  wanted: Readonly<Record<string, string>> = {},
): string {
  const keys = Object.entries({ ...CONFIGURATION, ...wanted }).map(([key, value]) => `${key}: ${value}\n`);
  const list = columns.map(
    ({ id, port, navigatorPort }) =>
      `  - { id: ${id}, listen: '127.0.0.1:${port}', navigator: '127.0.0.1:${navigatorPort}', status: '127.0.0.1:${navigatorPort}' }\n`,
  );
  return `${keys.join('')}columns:\n${list.join('')}`;
}

/** Sets a site up; no bridge runs yet. */
export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const folder = await temporaryFolder();
  const random = createRandom(options.seed ?? 1);
  const opened: SiteColumn[] = [];
  for (const [id, manners] of options.columns ?? [['north', 'closes'] as const]) {
    const navigator = await startNavigator({ port: await closedPort(), manners, file: folder.file(`navigator-${id}.jsonl`) });
    opened.push({ id, port: await closedPort(), navigator });
  }
  const [north, ...others] = opened;
  if (north === undefined) throw new RangeError('a site has at least one column');
  const columns = [north, ...others] as const;
  const configurationFile = folder.file('taxinav.yaml');
  const { databaseFolder = folder.path } = options;
  const database =
    options.database ??
    (SERVER === undefined || options.databaseFolder !== undefined
      ? sqliteDatabase(join(databaseFolder, 'taxinav.db'))
      : await postgresDatabase(SERVER));
  writeFileSync(
    configurationFile,
    configurationText(
      columns.map(({ id, port, navigator }) => ({ id, port, navigatorPort: navigator.port })),
      { database: database.url, ...options.configuration },
    ),
  );
  const load = new Journal<LoadEntry>({ file: folder.file('load.jsonl') });
  const log = new Journal<LogEntry>({ file: folder.file('bridge.jsonl') });
  const sayTexts = createSayTexts(random, options.lastDigits ?? '0123456789');
  const bridges: BridgeProcess[] = [];
  const launch = (otherwise: Partial<BridgeProcessOptions> = {}): BridgeProcess => {
    const bridge = startBridge({ configurationFile, log, run: bridges.length + 1, ...otherwise });
    bridges.push(bridge);
    return bridge;
  };
  return {
    folder,
    configurationFile,
    database,
    north,
    columns,
    load,
    log,
    random,
    sayTexts,
    launch,
    async start() {
      const bridge = launch();
      await bridge.ready;
      return bridge;
    },
    async say(lastDigits) {
      const messages = lastDigits.split('').map((digit) => sayTexts.next(north, digit));
      await Promise.all(messages.map((message) => sayUntilAnswered(message, load)));
      return messages;
    },
    async drain(patienceMs = 60_000) {
      let until = performance.now() + patienceMs;
      let least = Infinity;
      for (;;) {
        const owed = await database.readOwed();
        if (owed.rounds === 0 && owed.reports === 0) return owed;
        // A round that ends may owe its last statuses still: it is progress all the same.
        const left = 10 * owed.rounds + owed.reports;
        if (left < least) {
          least = left;
          until = performance.now() + patienceMs;
        }
        if (performance.now() > until) throw new Error(`for ${patienceMs} ms the bridge has owed ${JSON.stringify(owed)}`);
        await pause(POLL_MS);
      }
    },
    check: async () =>
      check({
        load: load.entries,
        navigators: Object.fromEntries(columns.map(({ id, navigator }) => [id, navigator.journal.entries])),
        log: log.entries,
        stored: await database.readStored(),
      }),
    async [Symbol.asyncDispose]() {
      for (const bridge of bridges) await bridge[Symbol.asyncDispose]();
      for (const { navigator } of columns) await navigator[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      load[Symbol.dispose]();
      log[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Fails with every anomaly and the summary; returns the report. */
export async function expectNothingLost(site: Site): Promise<Report> {
  const report = await site.check();
  expect(anomalies(report), summarize(report)).toEqual([]);
  return report;
}
