import { expect, test } from 'vitest';
import { summarize } from '../../src/checker.ts';
import { startLoad } from '../../src/load.ts';
import { expectNothingLost, openSite } from '../site.ts';

/** Until this machine has given the signal, and seen the end. */
const MARGIN_MS = 5_000;
const STOPS = process.env['TAXINAV_LONG'] === '1' ? 10 : 1;

test(`SIGTERM under load, ${STOPS === 1 ? 'once' : `${STOPS} times`}: exit 0 within 10 s, and nothing is lost`, async () => {
  // 0 and 8 play when the signal comes, 3 rings.
  await using site = await openSite({ columns: [['north', 'acknowledges']], lastDigits: '0012357' });
  let bridge = await site.start();
  await using load = startLoad({ ...site, perSecond: 50, journal: site.load, columns: [site.north] });
  for (let stop = 1; stop <= STOPS; stop += 1) {
    const { run } = bridge;
    const calls = (): number => site.log.entries.filter((entry) => entry.run === run && entry.event === 'attempt-ended').length;
    await site.log.when('calls that have ended', () => (calls() >= 10 ? true : undefined));
    const asked = performance.now();
    bridge.signal('SIGTERM');
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(10_000 + MARGIN_MS);
    expect(bridge.errors).toEqual([]);
    bridge = await site.start();
  }
  await load.stop();
  await site.drain();
  const report = await expectNothingLost(site);
  console.log(`${STOPS} stops: ${summarize(report)}`);
  expect(report.accepted).toBe(report.sent);
}, 240_000);

test('a ringing call that a stop hangs up is called again, at no cost [reading 40]', async () => {
  await using site = await openSite({
    configuration: { dialling: '{ channels: 9, attempts: 1, ringSeconds: 10, timeToLiveSeconds: 120 }' },
  });
  const bridge = await site.start();
  const [message] = await site.say('3');
  const { journal } = site.north.navigator;
  const active = (entry: object): boolean => 'status' in entry && entry.status === 'Active';
  await journal.find('Active', active);
  bridge.signal('SIGTERM');
  expect(await bridge.exited).toEqual({ code: 0, signal: null });
  await site.start();
  await site.drain();
  await expectNothingLost(site);
  const told = journal.entries.flatMap((entry) => (entry.event === 'block' && entry.guid === message?.guid ? [entry.status] : []));
  expect(told).toEqual(['Queued', 'Active', 'Queued', 'Active', 'Unanswered']);
});

test('signals that come while the bridge starts do not cut the start off: SIGHUP reloads, SIGTERM ends it with 0', async () => {
  await using site = await openSite();
  const bridge = site.launch();
  // Its first line comes before it is ready.
  await site.log.find('its first log line', () => true);
  bridge.signal('SIGHUP');
  await site.log.find('word of the reload', ({ event }) => event === 'reloaded');
  bridge.signal('SIGTERM');
  expect(await bridge.exited).toEqual({ code: 0, signal: null });

  const second = site.launch();
  await site.log.find('its first log line', ({ run }) => run === second.run);
  second.signal('SIGTERM');
  expect(await second.exited).toEqual({ code: 0, signal: null });
  await site.start();
  await site.say('5');
  await site.drain();
  await expectNothingLost(site);
});
