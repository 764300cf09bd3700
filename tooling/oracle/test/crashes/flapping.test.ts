import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFailed, test } from 'vitest';
import { summarize } from '../../src/checker.ts';
import { startLoad } from '../../src/load.ts';
import type { Manners } from '../../src/navigator.ts';
import { expectNothingLost, openSite } from '../site.ts';

const LONG = process.env['TAXINAV_LONG'] === '1';
const SEED = Number(process.env['TAXINAV_SEED'] ?? randomInt(2 ** 31));
const CHANGES = LONG ? 300 : 12;
const MOODS: readonly [Manners | 'away', ...(Manners | 'away')[]] = [
  'away',
  'closes',
  'resets',
  'slow',
  'babbles',
  'floods',
  'acknowledges',
];

test(
  `a Taxi Navigator that goes, comes back, resets, babbles and floods, ${CHANGES} times: every status, in order [reading 34]`,
  async () => {
    onTestFailed(() => console.error(`TAXINAV_SEED=${SEED}`));
    await using site = await openSite({ seed: SEED, lastDigits: '0123', configuration: { delivery: '{ waitSeconds: 0.2 }' } });
    const bridge = await site.start();
    const { navigator } = site.north;
    await using load = startLoad({ ...site, columns: [site.north], perSecond: 30, journal: site.load });
    await site.load.find('the first accepted SayText', ({ event }) => event === 'accepted');
    for (let change = 1; change <= CHANGES; change += 1) {
      const mood = site.random.pick(MOODS);
      if (mood === 'away') await navigator.leave();
      else {
        navigator.behave(mood);
        await navigator.comeBack();
      }
      // How long a mood lasts is the load of this test.
      await pause(200 + site.random.below(600));
    }
    navigator.behave('acknowledges');
    await navigator.comeBack();
    await load.stop();
    const owed = await site.drain();
    const report = await expectNothingLost(site);
    console.log(`${CHANGES} moods, seed ${SEED}: ${summarize(report)}`);
    expect(owed.dead).toBe(0);
    expect(report.accepted).toBe(report.sent);
    expect(bridge.errors).toEqual([]);
  },
  120_000 + CHANGES * 2_000,
);
