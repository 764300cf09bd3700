import { writeFileSync } from 'node:fs';
import { closedPort, connectPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { startLoad, sayOnce, sayTextBytes } from '../../src/load.ts';
import { configurationText, expectNothingLost, openSite, type Site } from '../site.ts';

function texts(site: Site, wanted: Readonly<Record<string, string>> = {}, more: readonly { id: string; port: number }[] = []): string {
  const { north } = site;
  const columns = [{ id: north.id, port: north.port }, ...more];
  return configurationText(
    columns.map((column) => ({ ...column, navigatorPort: north.navigator.port })),
    wanted,
  );
}

const REFUSED = 'the configuration stays as it was';

test('SIGHUP with a configuration that cannot be used says why and keeps the old one', async () => {
  await using site = await openSite();
  const bridge = await site.start();
  const taken = site.north.navigator.port;
  const broken: readonly [string, RegExp][] = [
    [texts(site).replace('Etc/UTC', '"Etc/UTC'), /taxinav\.yaml:\d+:\d+/],
    [texts(site).replace('acknowledge: all', 'acknowledge: sometimes'), /acknowledge/],
    // Its column's port belongs to somebody else; it comes after a change that would have taken effect.
    [texts(site, { acknowledge: 'documented' }, [{ id: 'south', port: taken }]), new RegExp(`127\\.0\\.0\\.1:${taken}`)],
  ];
  for (const [text, problem] of broken) {
    const from = site.log.entries.length;
    writeFileSync(site.configurationFile, text);
    bridge.signal('SIGHUP');
    const { line } = await site.log.find(REFUSED, ({ event }) => event === 'reload-refused', from);
    expect(line['msg']).toBe(REFUSED);
    expect(String(line['problems'])).toMatch(problem);
    // Answered as before: the old configuration acknowledges.
    expect(await sayOnce(site.sayTexts.next(site.north, '2'), site.load)).toBe('accepted');
  }
  await site.drain();
  await expectNothingLost(site);
});

test('SIGHUP under load: a new column is heard, a new policy holds, and no connection is dropped', async () => {
  await using site = await openSite({ lastDigits: '5' });
  const bridge = await site.start();
  await using kept = await connectPeer(site.north.port);
  const [before, after] = [site.sayTexts.next(site.north, '0'), site.sayTexts.next(site.north, '0')];
  for (const { column, guid } of [before, after]) site.load.append({ column, guid, event: 'sent' });
  await kept.write(sayTextBytes(before));
  await kept.receives('OK');
  await using load = startLoad({ ...site, perSecond: 30, journal: site.load, columns: [site.north] });
  await site.load.find('load', ({ event }) => event === 'accepted');

  const south = { id: 'south', port: await closedPort() };
  const text = texts(site, {}, [south]);
  writeFileSync(site.configurationFile, text.replaceAll('{ id: ', `{ numbers: ['0(67)\\d{7}'], id: `));
  const from = site.log.entries.length;
  bridge.signal('SIGHUP');
  await site.log.find('word of the reload', ({ event }) => event === 'reloaded', from);

  await kept.write(sayTextBytes(after));
  await kept.receives('OK\r\n\r\nMessage: ACK\r\nError: OK');
  for (const { column, guid } of [before, after]) site.load.append({ column, guid, event: 'accepted' });
  const denied = { ...site.sayTexts.next(site.north), phone: '0501234562' };
  expect(await sayOnce(denied, site.load)).toBe('refused');
  expect(await sayOnce({ ...site.sayTexts.next(site.north, '2'), ...south }, site.load)).toBe('accepted');
  await load.stop();
  await site.drain();
  // All of the load went through at the first try.
  expect(site.load.entries.filter(({ event }) => event === 'unknown' || event === 'unsent')).toEqual([]);
});
