import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startLoad } from '../../src/load.ts';
import { expectNothingLost, openSite } from '../site.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const FREEZES = LONG ? 20 : 2;
/** Longer than a call, its ringing and the wait for Taxi Navigator's reaction. */
const FROZEN_MS = LONG ? 10_000 : 2_500;
/** Statuses that are given up with the connection when it freezes: the connections to one address. */
const LANES = 4;

test(
  `a bridge that is frozen for ${FROZEN_MS} ms, ${FREEZES} times, and woken goes on where it was: nothing lost, nothing inverted`,
  async () => {
    await using site = await openSite({ columns: [['north', 'acknowledges']] });
    const bridge = await site.start();
    await using load = startLoad({ ...site, columns: [site.north], perSecond: 40, journal: site.load });
    const accepted = (): number => site.load.entries.filter(({ event }) => event === 'accepted').length;
    for (let freeze = 1; freeze <= FREEZES; freeze += 1) {
      const before = accepted();
      await site.load.when('30 more accepted', () => (accepted() >= before + 30 ? true : undefined));
      bridge.signal('SIGSTOP');
      // What passes while it is frozen is the thing under test: nothing can tell of it.
      await pause(FROZEN_MS);
      bridge.signal('SIGCONT');
    }
    await load.stop();
    expect((await site.drain()).dead).toBe(0);
    const report = await expectNothingLost(site);
    expect(report.accepted).toBe(report.sent);
    const unknown = site.load.entries.filter(({ event }) => event === 'unknown').length;
    const inDoubt = site.log.entries.filter(({ event, line }) => event === 'status' && line['evidence'] === 'inDoubt').length;
    expect(report.duplicated).toBeLessThanOrEqual(FREEZES * LANES + inDoubt + unknown);
    expect(bridge.errors).toEqual([]);
  },
  60_000 + FREEZES * (FROZEN_MS + 20_000),
);
