import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { asteriskForTests } from '@taxinav/asterisk';
import { describe, expect, onTestFailed, test } from 'vitest';
import { summarize } from '../../src/checker.ts';
import { startLoad } from '../../src/load.ts';
import { expectNothingLost, openCompany, type Company, type Node } from '../company.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const SEED = Number(process.env['TAXINAV_SEED'] ?? randomInt(2 ** 31));
const PER_SECOND = 5;
const CHANNELS = 6;
/** Rounds of: kill a bridge, kill an Asterisk. */
const ROUNDS = Number(process.env['TAXINAV_ROUNDS'] ?? (LONG ? 10 : 1));
/** How long what was killed is away: another bridge has to see in that time that its neighbour's PBX is none of its business. */
const AWAY_MS = 2_000;
/** Of the calls while both are well, so many go through either Asterisk at least: who asks first is chance, and neither starves. */
const FAIR_CALLS = 4;
/** Statuses in doubt at a death: the connections of a node to one address. */
const IN_DOUBT = 4;

async function callsOf({ phones }: Node): Promise<number> {
  return (await phones.calls()).length;
}

/** Resolves when so many further calls were made through these nodes' PBXs; gives each one's. */
async function calledOn(nodes: readonly Node[], calls: number): Promise<readonly number[]> {
  const before = await Promise.all(nodes.map(callsOf));
  const until = performance.now() + 30_000;
  for (;;) {
    const made = await Promise.all(nodes.map(async (node, index) => (await callsOf(node)) - (before[index] ?? 0)));
    if (made.reduce((sum, each) => sum + each, 0) >= calls) return made;
    if (performance.now() > until) throw new Error(`within 30 s ${made.join(' and ')} phones were called, not ${calls}`);
    await pause(100);
  }
}

/** Both dial, and neither starves; how many each placed until both had enough. */
async function expectFair(company: Company): Promise<readonly number[]> {
  const before = await Promise.all(company.nodes.map(callsOf));
  await Promise.all(company.nodes.map((node) => calledOn([node], FAIR_CALLS)));
  const now = await Promise.all(company.nodes.map(callsOf));
  return now.map((calls, index) => calls - (before[index] ?? 0));
}

describe.skipIf(!asteriskForTests().installed)('two bridges on one PostgreSQL, each with an Asterisk of its own', () => {
  test(
    'both dial what either accepts, under one limit of channels; a bridge and an Asterisk are killed and started again: nothing is lost, no phone is called on both',
    async () => {
      onTestFailed(() => console.error(`TAXINAV_SEED=${SEED}`));
      await using company = await openCompany({ seed: SEED, channels: CHANNELS, ownAsterisks: true });
      await using load = startLoad({ ...company, perSecond: PER_SECOND, mostUnderWay: 200, journal: company.load });
      const shares: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const [one, other] = round % 2 === 0 ? company.nodes : company.nodes.toReversed();
        if (one === undefined || other === undefined) throw new Error('a company has two nodes');
        shares.push((await expectFair(company)).join(':'));
        await one.kill();
        await Promise.all([pause(AWAY_MS), calledOn([other], 5)]);
        await one.start();
        await calledOn([one], 5);
        await other.phones.kill();
        await Promise.all([pause(AWAY_MS), calledOn([one], 5)]);
        await other.phones.start();
        await calledOn([other], 5);
      }
      await load.stop();
      expect((await company.drain()).dead).toBe(0);
      const { report, phones } = await expectNothingLost(company);
      console.log(
        `two Asterisks, ${ROUNDS} rounds, seed ${SEED}: ${summarize(report)}; ${phones.calls} phones called, ${phones.mostAtOnce} at once of ${CHANNELS}; ` +
          `through either while both were well: ${shares.join(', ')}`,
      );
      expect(report.accepted).toBe(report.sent);
      expect(phones.attempts).toBeGreaterThan(0);
      const unknown = company.load.entries.filter(({ event }) => event === 'unknown').length;
      const inDoubt = company.log.entries.filter(({ event, line }) => event === 'status' && line['evidence'] === 'inDoubt').length;
      expect(report.duplicated).toBeLessThanOrEqual(ROUNDS * IN_DOUBT + inDoubt + unknown);
      // What was under way when a PBX died; one that is away takes nothing from the other.
      expect(report.attempts - phones.attempts, 'attempts that called no phone').toBeLessThanOrEqual(ROUNDS * CHANNELS);
      // Neither has ever taken the other's PBX.
      const held = company.log.entries.filter(({ event }) => event === 'pbx-held').map(({ line }) => String(line['lease']));
      const [first, second] = company.nodes.map(({ phones: { asterisk } }) => asterisk.ariUrl);
      expect(new Set(held)).toEqual(new Set([first, second]));
    },
    60_000 + ROUNDS * 60_000,
  );
});
