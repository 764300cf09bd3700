import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { asteriskForTests } from '@taxinav/asterisk';
import { describe, expect, onTestFailed, test } from 'vitest';
import { summarize } from '../../src/checker.ts';
import { startLoad } from '../../src/load.ts';
import { ask, conference, dial, expectNothingLost, openCompany, type Company } from '../company.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const SEED = Number(process.env['TAXINAV_SEED'] ?? randomInt(2 ** 31));
const PER_SECOND = 8;
/** Rounds of: kill either, freeze the holder, stop the holder. */
const ROUNDS = Number(process.env['TAXINAV_ROUNDS'] ?? (LONG ? 10 : 1));
const FROZEN_MS = 20_000;
/** What design allows from the last sign of a holder to the next one. */
const TAKEOVER_MS = 15_000;
/** Statuses in doubt at a death or freeze: the connections of either node to one address. */
const IN_DOUBT = 8;

/** Another 10 SayText were accepted, so that there is load. */
async function underLoad(company: Company): Promise<void> {
  const accepted = (): number => company.load.entries.filter(({ event }) => event === 'accepted').length;
  const before = accepted();
  await company.load.when('10 more accepted', () => (accepted() >= before + 10 ? true : undefined), 60_000);
}

describe.skipIf(!asteriskForTests().installed)('two bridges on one PostgreSQL and one Asterisk', () => {
  test(
    'either is killed, the holder is frozen and thawed, and stopped, under load: the other takes over within 15 s, nothing is lost, no phone is called twice',
    async () => {
      onTestFailed(() => console.error(`TAXINAV_SEED=${SEED}`));
      await using company = await openCompany({ seed: SEED });
      await using load = startLoad({ ...company, perSecond: PER_SECOND, mostUnderWay: 200, journal: company.load });
      const takeovers: number[] = [];
      let faults = 0;
      /** `fault` resolves with the moment of the holder's last sign, where that is not its beginning. */
      const measured = async (what: string, fault: () => Promise<number | void>): Promise<void> => {
        const [holder] = company.holding();
        const from = company.log.entries.length;
        const begunAt = performance.now();
        faults += 1;
        const lastSignAt = (await fault()) ?? begunAt;
        await company.takenOver(from, holder);
        const took = Math.max(0, Math.round(performance.now() - lastSignAt));
        takeovers.push(took);
        expect(took, `takeover after ${what}`).toBeLessThan(TAKEOVER_MS);
      };
      for (let round = 1; round <= ROUNDS; round += 1) {
        await underLoad(company);
        const [killed, standby] = company.holding();
        await measured('a kill', () => killed.kill());
        await killed.start();
        await underLoad(company);
        // The one that does not hold the PBX: nobody has to take anything over.
        faults += 1;
        const [, idle] = company.holding();
        expect(idle).toBe(standby === killed ? standby : killed);
        await idle.kill();
        await idle.start();
        await underLoad(company);
        const [frozen] = company.holding();
        await measured('a freeze', async () => {
          frozen.bridge.signal('SIGSTOP');
          await Promise.resolve();
        });
        await pause(Math.max(0, FROZEN_MS - (takeovers.at(-1) ?? 0)));
        frozen.bridge.signal('SIGCONT');
        await underLoad(company);
        const [stopped] = company.holding();
        await measured('an orderly stop', async () => {
          stopped.bridge.signal('SIGTERM');
          expect((await stopped.bridge.exited).code).toBe(0);
          return performance.now();
        });
        await stopped.start();
      }
      await underLoad(company);
      await load.stop();
      expect((await company.drain()).dead).toBe(0);
      const { report, phones } = await expectNothingLost(company);
      console.log(
        `two bridges, ${ROUNDS} rounds, seed ${SEED}: ${summarize(report)}; ${phones.calls} phones called, ${phones.mostAtOnce} at once; takeovers after ${takeovers.join(', ')} ms`,
      );
      expect(phones.attempts).toBeGreaterThan(0);
      expect(report.accepted).toBe(report.sent);
      const unknown = company.load.entries.filter(({ event }) => event === 'unknown').length;
      const inDoubt = company.log.entries.filter(({ event, line }) => event === 'status' && line['evidence'] === 'inDoubt').length;
      expect(report.duplicated).toBeLessThanOrEqual(faults * IN_DOUBT + inDoubt + unknown);
    },
    240_000 + ROUNDS * 360_000,
  );

  test('a Dial and a Conference at the node that waits are placed by the holder within 1 s, and refused when nobody holds the PBX', async () => {
    await using company = await openCompany({ seed: SEED });
    const [holder, standby] = company.holding();
    let asked = 0;
    /** OK says that the holder has taken it within its second; where this machine was slower it is refused, and the next one has other numbers. */
    const untilPlaced = async (message: (serial: string) => Parameters<typeof ask>[1]): Promise<string> => {
      for (;;) {
        asked += 1;
        const serial = String(asked).padStart(2, '0');
        if ((await ask(standby.port, message(serial))) === 'OK') return serial;
      }
    };
    const joined = await untilPlaced((serial) => conference(`067100${serial}20`, `067100${serial}30`));
    const dialled = await untilPlaced((serial) => dial(`067100${serial}40`));
    const placed = ['0670000010', `067100${joined}20`, `067100${joined}30`, `067100${dialled}40`];
    for (const number of placed) await company.phones.when(number, (calls) => calls.find(({ phone }) => phone === number));
    const from = company.log.entries.length;
    await holder.kill();
    expect(await ask(standby.port, conference('0671009950', '0671009960'))).not.toBe('OK');
    expect(await ask(standby.port, dial('0671009970'))).not.toBe('OK');
    await company.takenOver(from, holder);
    const calls = await company.phones.calls();
    expect(calls.map(({ phone }) => phone).toSorted()).toEqual(placed.toSorted());
  });
});
