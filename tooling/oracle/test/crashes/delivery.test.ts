import { expect, test } from 'vitest';
import { expectNothingLost, openSite, type Site } from '../site.ts';

/** A Taxi Navigator's reaction is awaited for less than the default 2 s, so that silence costs the test less. */
const SHORT_WAIT = { delivery: '{ waitSeconds: 0.5 }' };

/** Evidence by which the bridge settled its statuses. */
function evidence(site: Site): ReadonlySet<unknown> {
  return new Set(site.log.entries.filter(({ event }) => event === 'status').map(({ line }) => line['evidence']));
}

/** What the bridge waits after the first, second, … vain try at an address, at most. Source: [reading 34]. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** For a machine that is busy with other things. */
const MARGIN_MS = 10_000;

/** Statuses that found nobody. */
function vainTries(site: Site): number {
  return site.log.entries.filter(({ event, line }) => event === 'status' && line['evidence'] === 'notSent').length;
}

// Linux tells what the other side's kernel has taken; elsewhere silence proves nothing and the statuses are sent again.
test.runIf(process.platform === 'linux')(
  'a Taxi Navigator that reads but never answers nor closes gets every status, none of them twice [reading 34]',
  async () => {
    await using site = await openSite({ columns: [['north', 'silent']], configuration: SHORT_WAIT });
    await site.start();
    await site.say('0123457');
    await site.drain();
    const report = await expectNothingLost(site);
    expect(report).toMatchObject({ accepted: 7, duplicated: 0 });
    expect([...evidence(site)]).toEqual(['unconfirmed']);
  },
);

test('a Taxi Navigator that answers slowly gets every status, none of them twice [reading 34]', async () => {
  // As long as this machine may take; he answers after half a second.
  await using site = await openSite({ columns: [['north', 'slow']], configuration: { delivery: '{ waitSeconds: 20 }' } });
  await site.start();
  await site.say('012');
  await site.drain();
  expect(await expectNothingLost(site)).toMatchObject({ accepted: 3, duplicated: 0 });
  expect([...evidence(site)]).toEqual(['acknowledged']);
});

test('what a Taxi Navigator resets is sent again, to the byte, until it takes it [reading 34]', async () => {
  await using site = await openSite({ columns: [['north', 'resets']], configuration: SHORT_WAIT });
  await site.start();
  await site.say('02');
  const { journal } = site.north.navigator;
  const received = (): number => journal.entries.filter(({ event }) => event === 'block').length;
  await journal.when('six statuses met by a reset', () => (received() >= 6 ? true : undefined));
  site.north.navigator.behave('acknowledges');
  await site.drain();
  expect((await expectNothingLost(site)).duplicated).toBeGreaterThan(0);
});

test('statuses wait for a Taxi Navigator that is away, and come in order when it is back [TN-13, reading 34]', async () => {
  await using site = await openSite();
  const { navigator } = site.north;
  await site.start();
  await navigator.leave();
  await site.say('01234570');
  await site.log.find('word that Taxi Navigator is away', ({ event }) => event === 'navigator-down');
  // Calls go on meanwhile: the first one ends while nobody can be told.
  await site.log.find('an ended call', ({ event }) => event === 'attempt-ended');
  const from = navigator.journal.entries.length;
  await navigator.comeBack();
  const back = performance.now();
  await navigator.journal.find('a status', ({ event }) => event === 'block', from);
  expect(performance.now() - back).toBeLessThan((PAUSES_MS[vainTries(site) - 1] ?? 30_000) + MARGIN_MS);
  await site.drain();
  expect(await expectNothingLost(site)).toMatchObject({ accepted: 8, duplicated: 0 });
});

test('a Taxi Navigator that is back and speaks is told at once, however long it was away', async () => {
  await using site = await openSite();
  const { navigator } = site.north;
  await site.start();
  await navigator.leave();
  await site.say('0');
  await site.log.when('five vain tries', () => (vainTries(site) >= 5 ? true : undefined));
  await navigator.comeBack();
  const back = performance.now();
  const [spoken] = await site.say('2');
  await navigator.journal.find(
    'a status of the message that was sent now',
    (entry) => entry.event === 'block' && entry.guid === spoken?.guid,
  );
  // The pause that had begun is a fifth shorter at most.
  expect(performance.now() - back).toBeLessThan(PAUSES_MS[4] * 0.75);
  await site.drain();
  await expectNothingLost(site);
});
