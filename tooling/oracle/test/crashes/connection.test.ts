import { connectPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { sayTextBytes, type SayText } from '../../src/load.ts';
import { expectNothingLost, openSite, type Site } from '../site.ts';

/** Writes a SayText on a connection of the test's own; the journal has to know of it. */
async function write(site: Site, message: SayText, connection: { write(bytes: Uint8Array): Promise<void> }): Promise<void> {
  site.load.append({ column: message.column, guid: message.guid, event: 'sent' });
  await connection.write(sayTextBytes(message));
}

function accepted(site: Site, { column, guid }: SayText): void {
  site.load.append({ column, guid, event: 'accepted' });
}

const OK = 'Message: ACK\r\nError: OK\r\n\r\n';

test('a client that keeps its connection and is silent for longer than idleSeconds is heard at its next message [reading 30]', async () => {
  await using site = await openSite({ configuration: { wire: '{ idleSeconds: 4 }' } });
  await site.start();
  const [first, second] = [site.sayTexts.next(site.north, '0'), site.sayTexts.next(site.north, '0')];
  await using client = await connectPeer(site.north.port);
  await write(site, first, client);
  expect(await client.receives('\r\n\r\n')).toBe(OK);
  accepted(site, first);
  // Whoever connects after that and says nothing is sent away after idleSeconds: then the client was silent for longer.
  await using silent = await connectPeer(site.north.port);
  expect(await silent.ended()).toBe('');
  await write(site, second, client);
  expect(await client.receives(`${OK}${OK}`)).toBe(`${OK}${OK}`);
  accepted(site, second);
  await site.drain();
  expect(await expectNothingLost(site)).toMatchObject({ accepted: 2, duplicated: 0 });
});

test('a SayText is accepted when its client resets behind it [reading 29]', async () => {
  await using site = await openSite();
  await site.start();
  const message = site.sayTexts.next(site.north, '0');
  const client = await connectPeer(site.north.port);
  await write(site, message, client);
  await client.receives('OK');
  accepted(site, message);
  client.socket.resetAndDestroy();
  await site.drain();
  expect(await expectNothingLost(site)).toMatchObject({ accepted: 1, duplicated: 0 });
});

test('several SayText in one connection, the last one cut by its end, are all answered [reading 9, reading 11]', async () => {
  await using site = await openSite();
  await site.start();
  const messages = [0, 1, 2].map(() => site.sayTexts.next(site.north, '0'));
  await using client = await connectPeer(site.north.port);
  for (const { column, guid } of messages) site.load.append({ column, guid, event: 'sent' });
  const bytes = Buffer.concat(messages.map(sayTextBytes));
  const lastLine = bytes.subarray(0, bytes.length - 2);
  await client.write(lastLine);
  client.socket.end();
  expect(await client.ended()).toBe(OK.repeat(3));
  for (const message of messages) accepted(site, message);
  await site.drain();
  expect(await expectNothingLost(site)).toMatchObject({ accepted: 3, duplicated: 0 });
});
