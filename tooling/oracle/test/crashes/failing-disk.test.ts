import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileFailingDisk, failingDisk, type DiskCall } from '../../src/failing-disk.ts';
import { startLoad } from '../../src/load.ts';
import { expectNothingLost, openSite } from '../site.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'taxinav-failing-'));
const library = compileFailingDisk(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which call fails: the first ones while the database is opened, the later ones under load. */
const NTH: Readonly<Record<DiskCall, readonly number[]>> = LONG
  ? { fsync: [...Array(40).keys()].map((n) => n + 1), write: [...Array(60).keys()].map((n) => 1 + 7 * n), open: [1, 2, 3, 4, 5, 6] }
  : { fsync: [1, 15], write: [2, 120], open: [2] };
/** SayText accepted without the fault being met: the call comes no oftener. */
const ENOUGH = 60;

// Needs a C compiler and a Linux; elsewhere the tracking package's tests throw the same errors in place of the disk.
test.skipIf(library === undefined)(
  'whichever fsync, write or open of the database fails first, the bridge ends with a clear word, nothing accepted is lost, nothing is answered OK that is not stored',
  async () => {
    await using site = await openSite({ lastDigits: '0123' });
    // What is accepted before, so that there is something to lose.
    const first = await site.start();
    await site.say('0123');
    first.signal('SIGKILL');
    await first.exited;
    await using load = startLoad({ ...site, columns: [site.north], perSecond: 100, journal: site.load });
    const accepted = (): number => site.load.entries.filter(({ event }) => event === 'accepted').length;
    let met = 0;
    for (const call of Object.keys(NTH) as DiskCall[]) {
      for (const nth of NTH[call]) {
        const what = `${call} ${nth}`;
        const before = accepted();
        const bridge = site.launch({ env: failingDisk(library ?? '', call, nth, 'taxinav.db') });
        const enough = site.load.when(`${what}, or ${ENOUGH} accepted`, () => (accepted() >= before + ENOUGH ? true : undefined), 60_000);
        const outcome = await Promise.race([bridge.exited, enough]);
        enough.catch(() => undefined);
        if (outcome === true) {
          bridge.signal('SIGKILL');
          await bridge.exited;
          continue;
        }
        met += 1;
        expect(outcome.signal, what).toBeNull();
        expect(outcome.code, what).toBeGreaterThan(0);
        const words = [
          ...bridge.errors,
          ...site.log.entries.filter(({ run }) => run === bridge.run).map(({ line }) => JSON.stringify(line)),
        ];
        expect(words.join('\n'), what).toMatch(/TRACKING_STORE_FAILED|database .* was not opened|database failed/);
      }
    }
    expect(met).toBeGreaterThanOrEqual(LONG ? 60 : 4);
    await site.start();
    await load.stop();
    expect((await site.drain()).dead).toBe(0);
    const report = await expectNothingLost(site);
    expect(report.accepted).toBe(report.sent);
    expect(await site.database.checkIntegrity()).toBe('ok');
  },
  LONG ? 900_000 : 300_000,
);
