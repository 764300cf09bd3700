import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@taxinav/testkit';
import { expect, onTestFailed, test } from 'vitest';
import type { BridgeProcess } from '../../src/bridge-process.ts';
import { layCable } from '../../src/cable.ts';
import { summarize } from '../../src/checker.ts';
import type { BridgeDatabase } from '../../src/database.ts';
import { startLoad } from '../../src/load.ts';
import { postgresDatabase } from '../../src/postgres-database.ts';
import { expectNothingLost, openSite, type Site } from '../site.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const SEED = Number(process.env['TAXINAV_SEED'] ?? randomInt(2 ** 31));
const ROUNDS = LONG ? 10 : 1;
/** A database that is away is noticed within this time. */
const NOTICED_MS = 15_000;
/** And used again within this time of its return. */
const HEALED_MS = 15_000;

/** Long enough to live that nothing expires while the database is away. */
const DIALLING =
  '{ channels: 100, reserve: 1, attempts: 2, ringSeconds: 1, timeToLiveSeconds: 120, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }';

/** Calls of a busy machine are slow on PostgreSQL: a dozen transactions each. */
const DRAIN_PATIENCE_MS = 60_000;

/** What `/health/ready` says. */
async function isReady(bridge: BridgeProcess): Promise<boolean> {
  const { http } = await bridge.ready;
  if (typeof http !== 'string') throw new Error('the bridge told no http address');
  const response = await fetch(`http://${http}/health/ready`, { signal: AbortSignal.timeout(15_000) });
  await response.arrayBuffer();
  return response.status === 200;
}

/** Waits until it says so; returns after how long. */
async function until(bridge: BridgeProcess, ready: boolean, patienceMs: number): Promise<number> {
  const from = performance.now();
  while ((await isReady(bridge)) !== ready) {
    const waited = performance.now() - from;
    if (waited > patienceMs) throw new Error(`health says ${ready ? 'not ready' : 'ready'} for ${Math.round(waited)} ms`);
    await pause(100);
  }
  return Math.round(performance.now() - from);
}

function accepted(site: Site): number {
  return site.load.entries.filter(({ event }) => event === 'accepted').length;
}

/** Ten more SayText were accepted and five more phones called, so that there is something to lose. */
async function underLoad(site: Site): Promise<void> {
  const before = accepted(site);
  await site.load.when('10 more accepted', () => (accepted(site) >= before + 10 ? true : undefined), 60_000);
  const called = (): number => site.log.entries.filter(({ event }) => event === 'attempt').length;
  const from = called();
  await site.log.when('5 more calls', () => (called() >= from + 5 ? true : undefined), 60_000);
}

test(
  'PostgreSQL is restarted, killed -9 and black-holed under load: noticed within 15 s, no OK for what is not stored, healed alone, nothing lost',
  async ({ skip }) => {
    const server = await startPostgres({ own: true });
    if ('absent' in server) {
      skip(server.absent);
      return;
    }
    onTestFailed(() => console.error(`TAXINAV_SEED=${SEED}`));
    await using postgres = server;
    await using cable = await layCable(postgres.port);
    const direct = await postgresDatabase(postgres.url);
    const url = new URL(direct.url);
    url.port = String(cable.port);
    // The bridge goes over the cable, the oracle does not.
    const database: BridgeDatabase = { ...direct, url: url.href };
    await using site = await openSite({
      seed: SEED,
      database,
      lastDigits: '0122347',
      columns: [['north', 'acknowledges']],
      configuration: { dialling: DIALLING },
    });
    onTestFailed(() => console.error(site.log.entries.slice(-60)));
    const bridge = await site.start();
    await using load = startLoad({ ...site, columns: [site.north], perSecond: 6, mostUnderWay: 40, journal: site.load });
    const times: string[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await underLoad(site);
      await postgres.restart();
      await underLoad(site);
      await postgres.kill9();
      const acceptedAtDeath = accepted(site);
      await pause(3_000);
      // What was answered before its death may still have been on its way.
      const acceptedAfter = accepted(site);
      await pause(1_000);
      expect(accepted(site), 'accepted while there is no database').toBe(acceptedAfter);
      expect(acceptedAfter - acceptedAtDeath).toBeLessThanOrEqual(32);
      await postgres.restart();
      await underLoad(site);
      cable.silence();
      const noticed = await until(bridge, false, NOTICED_MS + 3_000);
      expect(noticed).toBeLessThan(NOTICED_MS);
      const duringSilence = accepted(site);
      await pause(1_000);
      expect(accepted(site), 'accepted while the database is silent').toBe(duringSilence);
      cable.mend();
      const healed = await until(bridge, true, HEALED_MS + 3_000);
      expect(healed).toBeLessThan(HEALED_MS);
      times.push(`${noticed}/${healed}`);
      await underLoad(site);
      cable.cut();
      await until(bridge, false, NOTICED_MS + 3_000);
      cable.mend();
      await until(bridge, true, HEALED_MS);
    }
    await underLoad(site);
    await load.stop();
    expect((await site.drain(DRAIN_PATIENCE_MS)).dead).toBe(0);
    const report = await expectNothingLost(site);
    console.log(`PostgreSQL away, ${ROUNDS} rounds, seed ${SEED}: ${summarize(report)}; noticed/healed after ${times.join(', ')} ms`);
    expect(report.accepted).toBe(report.sent);
    expect(bridge.errors).toEqual([]);
  },
  240_000 + ROUNDS * 360_000,
);
