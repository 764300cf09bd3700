import type { Call, Message } from '@taxinav/codec';
import { connectPeer } from '@taxinav/testkit';
import { send } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { configured, phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

async function exchange(port: number): Promise<string> {
  await using peer = await connectPeer(port);
  await peer.closed();
  return peer.text;
}

const ok = { message: 'ACK', error: 'OK' } as const;
const isCall = (message: Message): message is Call => message.message === 'Call';

test('each column has its own port here and its own ports at Taxi Navigator [TN-2, TN-3]', async () => {
  await using north = await startNavigator(() => ok);
  await using south = await startNavigator(() => ok);
  await using running = await startBridge(north.port, {
    column: `  - { id: south, listen: 127.0.0.1:0, navigator: 127.0.0.1:${south.port}, status: 127.0.0.1:${south.port}, lines: { "0445550102": Premium } }`,
  });
  expect(running.port(0)).not.toBe(running.port(1));
  const toSouth = sayText(phone(0));
  await running.send(toSouth, 1);
  running.pbx.callIn({ linkedId: '1', line: '0445550102', callerId: '0671234567' });
  await south.until(toSouth.guid, 'Done');
  expect(await south.next(isCall)).toMatchObject({ carType: 'Premium' });
  expect(north.received).toEqual([]);
});

test('the same GUID in two columns is two notifications', async () => {
  await using north = await startNavigator();
  await using south = await startNavigator();
  await using running = await startBridge(north.port, {
    column: `  - { id: south, listen: 127.0.0.1:0, navigator: 127.0.0.1:${south.port}, status: 127.0.0.1:${south.port} }`,
  });
  const message = sayText(phone(0));
  await running.send(message, 0);
  await running.send({ ...message, numberToCall: phone(5) }, 1);
  expect(await north.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  expect(await south.until(message.guid, 'Unreachable')).toEqual(['Queued', 'Active', 'Unreachable']);
});

test('an address that is not allowed is closed before a byte is read', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    allow: [192.0.2.1]' });
  // A reset may come before the handshake is seen as done.
  const answered = await exchange(running.port()).catch((error: NodeJS.ErrnoException) => error.code);
  expect(['', 'ECONNRESET']).toContain(answered);
  await expect.poll(() => running.logged.join('')).toContain('"reason":"not-allowed"');
});

test('a reload adds and removes columns, keeps connections of the rest, and names what needs a restart', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    acknowledge: all' });
  await using kept = await connectPeer(running.port());
  const port = running.port();
  const text = (columns: string): string => `
node: bridge-1
database: sqlite:taxinav.db
columns:
  - { id: north, listen: 127.0.0.1:0, navigator: 127.0.0.1:${navigator.port}, status: 127.0.0.1:${navigator.port}, acknowledge: all, numbers: [] }
${columns}
log: { level: debug }`;
  const south = `  - { id: south, listen: 127.0.0.1:0, navigator: 127.0.0.1:${navigator.port}, status: 127.0.0.1:${navigator.port} }`;
  expect(await running.bridge.reload(configured(text(south), running.folder))).toEqual(['log']);
  expect(running.bridge.columns().map(({ column, listening }) => [column.id, listening])).toEqual([
    ['north', true],
    ['south', true],
  ]);
  expect(running.port()).toBe(port);
  const message = sayText(phone(0));
  await kept.write(`Message: SayText\r\nNumberToCall: 0670000000\r\nTextToSay: a\r\nGuid: ${message.guid}\r\n\r\n`);
  expect(await kept.receives('Error')).toContain('Error: number not allowed');
  const southPort = running.port(1);
  await running.bridge.reload(configured(text(''), running.folder));
  expect(await send({ host: '127.0.0.1', port: southPort }, message)).toMatchObject({ evidence: 'notSent' });
});

test('a reload that cannot open a port leaves everything as it was', async () => {
  await using navigator = await startNavigator();
  await using another = await startNavigator();
  await using running = await startBridge(navigator.port);
  const taken = `
node: bridge-1
database: sqlite:taxinav.db
columns:
  - { id: north, listen: 127.0.0.1:0, navigator: 127.0.0.1:${navigator.port}, status: 127.0.0.1:${navigator.port} }
  - { id: south, listen: 127.0.0.1:${another.port}, navigator: 127.0.0.1:${navigator.port}, status: 127.0.0.1:${navigator.port} }`;
  await expect(running.bridge.reload(configured(taken, running.folder))).rejects.toThrow(/in use/);
  expect(running.bridge.columns().map(({ column }) => column.id)).toEqual(['north']);
  const message = sayText(phone(0));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
});
