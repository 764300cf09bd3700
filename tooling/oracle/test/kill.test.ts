import { randomInt } from 'node:crypto';
import { startPostgres } from '@taxinav/testkit';
import { expect, onTestFailed, test } from 'vitest';
import type { BridgeProcess } from '../src/bridge-process.ts';
import { summarize } from '../src/checker.ts';
import type { BridgeDatabase } from '../src/database.ts';
import { startLoad } from '../src/load.ts';
import { postgresDatabase } from '../src/postgres-database.ts';
import { expectNothingLost, openSite, type Site } from './site.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const CRASHES = process.env['TAXINAV_CRASHES'] === '1';
const THOROUGH = LONG || CRASHES;
/** `npm run crash` makes 40, `npm run long` 1,000. */
const KILLS = Number(process.env['TAXINAV_KILLS'] ?? (LONG ? 1_000 : CRASHES ? 40 : 3));
const SEED = Number(process.env['TAXINAV_SEED'] ?? randomInt(2 ** 31));
const ENGINES = [
  { engine: 'SQLite', perSecond: 50 },
  { engine: 'PostgreSQL', perSecond: 50 },
] as const;
/** A bridge on PostgreSQL, and its server, start anew at each kill: where time is short, it ends them. */
const POSTGRES_MINUTES = Number(process.env['TAXINAV_KILLING_MINUTES'] ?? (LONG ? Infinity : CRASHES ? 1.5 : 0.1));
/** Statuses in doubt at a kill, or when Taxi Navigator goes: the connections to one address at a time. */
const IN_DOUBT = 4;

interface Moment {
  readonly what: string;
  readonly event: 'any' | 'ready' | 'accepted' | 'attempt' | 'attempt-ended' | 'block';
  /** How many of them are waited for, at most. */
  readonly most: number;
}

/** After what the next kill comes; a count of things to happen, so that it falls close to what it may harm. */
const MOMENTS: readonly [Moment, ...Moment[]] = [
  { what: 'its first log line, before it is ready', event: 'any', most: 1 },
  { what: 'ready', event: 'ready', most: 1 },
  { what: 'accepted SayText', event: 'accepted', most: THOROUGH ? 60 : 20 },
  { what: 'calls', event: 'attempt', most: THOROUGH ? 60 : 20 },
  { what: 'ended calls', event: 'attempt-ended', most: THOROUGH ? 60 : 20 },
  { what: 'statuses at Taxi Navigator', event: 'block', most: THOROUGH ? 120 : 60 },
];

/** Resolves when the moment has come at which this run of the bridge is to be killed; says which. */
async function momentToKill(site: Site, bridge: BridgeProcess): Promise<string> {
  const { what, event, most } = site.random.pick(MOMENTS);
  const count = 1 + site.random.below(most);
  const after = (journal: { readonly entries: readonly { readonly event?: string }[] }): number =>
    journal.entries.filter((entry) => entry.event === event).length;
  const journals = event === 'accepted' ? [site.load] : site.columns.map(({ navigator }) => navigator.journal);
  if (event === 'accepted' || event === 'block') {
    const before = journals.map(after).reduce((sum, one) => sum + one, 0);
    const reached = (): true | undefined => (journals.map(after).reduce((sum, one) => sum + one, 0) >= before + count ? true : undefined);
    await Promise.race(journals.map((journal) => journal.when(`${count} ${what}`, reached, 60_000)));
  } else {
    const ofRun = (): number =>
      site.log.entries.filter((entry) => entry.run === bridge.run && (event === 'any' || entry.event === event)).length;
    await site.log.when(`${count} ${what}`, () => (ofRun() >= count ? true : undefined), 60_000);
  }
  return `${count} × ${what}`;
}

test.for(ENGINES)(
  `kill -9 on $engine under $perSecond SayText/s, ${KILLS} times at most: every accepted GUID gets its final status, at most one call an attempt [TN-13, reading 34]`,
  { timeout: 120_000 + KILLS * 20_000 },
  async ({ engine, perSecond }, { skip }) => {
    const moments: string[] = [];
    onTestFailed(() => console.error(`TAXINAV_SEED=${SEED}; killed after: ${moments.join('; ')}`));
    await using stack = new AsyncDisposableStack();
    let database: BridgeDatabase | undefined;
    if (engine === 'PostgreSQL') {
      const server = await startPostgres();
      if ('absent' in server) {
        skip(server.absent);
        return;
      }
      database = await postgresDatabase(stack.use(server).url);
    }
    await using site = await openSite({
      seed: SEED,
      ...(database === undefined ? {} : { database }),
      columns: [
        ['north', 'closes'],
        ['south', 'acknowledges'],
      ],
    });
    let bridge = await site.start();
    await using load = startLoad({ ...site, perSecond, journal: site.load, columns: [site.north, ...site.columns.slice(1)] });
    await site.load.find('the first accepted SayText', ({ event }) => event === 'accepted');
    let slowestMs = 0;
    let absences = 0;
    const { navigator } = site.columns[1] ?? site.north;
    const until = engine === 'SQLite' ? Infinity : performance.now() + POSTGRES_MINUTES * 60_000;
    let kills = 0;
    for (; kills < KILLS && performance.now() < until; kills += 1) {
      moments.push(await momentToKill(site, bridge));
      // Every third time, by chance, one of the two Taxi Navigators is away until after the next kill.
      await navigator.comeBack();
      if (site.random.below(3) === 0) {
        absences += 1;
        await navigator.leave();
      }
      bridge.signal('SIGKILL');
      expect(await bridge.exited, `seed ${SEED}`).toEqual({ code: null, signal: 'SIGKILL' });
      const killedAt = performance.now();
      bridge = site.launch();
      // Not awaited before the next kill: that may come first.
      void bridge.ready.then(
        () => (slowestMs = Math.max(slowestMs, performance.now() - killedAt)),
        () => undefined,
      );
    }
    await bridge.ready;
    await navigator.comeBack();
    await load.stop();
    const owed = await site.drain();
    const report = await expectNothingLost(site);
    console.log(
      `${engine}: ${kills} kills, ${absences} absences, seed ${SEED}: ${summarize(report)}; back within ${Math.round(slowestMs)} ms`,
    );
    expect(owed.dead).toBe(0);
    expect(report.accepted).toBe(report.sent);
    expect(report.accepted).toBeGreaterThan(kills * 5);
    const unknown = site.load.entries.filter(({ event }) => event === 'unknown').length;
    const inDoubt = site.log.entries.filter(({ event, line }) => event === 'status' && line['evidence'] === 'inDoubt').length;
    expect(report.duplicated).toBeLessThanOrEqual((kills * site.columns.length + absences) * IN_DOUBT + inDoubt + unknown);
    expect(await site.database.checkIntegrity()).toBe('ok');
    expect(bridge.errors).toEqual([]);
  },
);
