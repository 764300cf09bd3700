import { freePorts } from '@taxinav/asterisk';
import { neverCloses, resetsAtFirstByte, startPeer } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

test('a Taxi Navigator that reads but never answers nor closes gets every status, each once [reading 34]', async () => {
  const bytes: string[] = [];
  await using peer = await startPeer((socket) => {
    socket.on('data', (chunk) => bytes.push(chunk.toString()));
    neverCloses(socket);
  });
  await using running = await startBridge(peer.port, { file: 'delivery: { waitSeconds: 0.2 }' });
  const message = sayText(phone(0));
  await running.send(message);
  await expect.poll(async () => (await running.bridge.tracker.summary()).reportsOwed).toBe(0);
  await expect.poll(() => bytes.join('').match(/Status: \w+/g)).toEqual(['Status: Queued', 'Status: Active', 'Status: Done']);
  const [history] = await running.bridge.tracker.find({ guid: message.guid });
  expect(history?.rounds[0]?.changes.flatMap(({ reports }) => reports.map(({ lastEvidence }) => lastEvidence))).toEqual([
    'unconfirmed',
    'unconfirmed',
    'unconfirmed',
  ]);
});

test('Taxi Navigator away, then back: every status in order, nothing lost [reading 34]', async () => {
  const [port = 0] = await freePorts(1);
  await using running = await startBridge(port);
  const messages = [0, 1, 2].map((serial) => sayText(phone(0, serial)));
  for (const message of messages) await running.send(message);
  await expect.poll(() => running.bridge.columns()[0]?.navigator.state).toBe('down');
  await expect.poll(async () => (await running.bridge.tracker.list({ status: 'Done' })).lines.length).toBe(3);
  await using navigator = await startNavigator(undefined, port);
  for (const { guid } of messages) expect(await navigator.until(guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
});

test('a reset proves nothing: the same bytes come again [reading 34]', async () => {
  const bytes: string[] = [];
  let resets = 0;
  await using peer = await startPeer((socket) => {
    if (resets < 2) {
      resets += 1;
      resetsAtFirstByte(socket);
      socket.on('data', (chunk) => bytes.push(chunk.toString()));
      return;
    }
    socket.on('data', (chunk) => bytes.push(chunk.toString()));
    socket.on('end', () => socket.end());
    socket.resume();
  });
  await using running = await startBridge(peer.port, { file: 'dialling: { channels: 2, attempts: 1 }' });
  await running.bridge.tracker.setDialling({ now: Date.now(), enabled: false });
  await running.send(sayText(phone(0)));
  await expect.poll(async () => (await running.bridge.tracker.summary()).reportsOwed).toBe(0);
  expect(bytes).toHaveLength(3);
  expect(new Set(bytes).size).toBe(1);
});

test('three ACKs with another Error make a dead letter, which can be redriven [reading 34]', async () => {
  let error = 'no such order';
  await using navigator = await startNavigator((message) => (message.message === 'SayTextStatus' ? { message: 'ACK', error } : undefined));
  await using running = await startBridge(navigator.port);
  await running.bridge.tracker.setDialling({ now: Date.now(), enabled: false });
  const message = sayText(phone(0));
  await running.send(message);
  await expect.poll(async () => (await running.bridge.tracker.summary()).deadLetters).toBe(1);
  expect(navigator.received).toHaveLength(3);
  error = 'OK';
  expect(await running.bridge.tracker.redrive({ now: Date.now() })).toBe(1);
  await expect.poll(async () => (await running.bridge.tracker.summary()).deadLetters).toBe(0);
});

test('a bridge that ends in mid-call: the next one on the database brings the GUID to a final status, with no second call of that attempt', async () => {
  await using navigator = await startNavigator();
  const first = await startBridge(navigator.port, { file: 'dialling: { attempts: 1 }' });
  const message = sayText(phone(3));
  await first.send(message);
  await navigator.until(message.guid, 'Active');
  await using second = await first.restart();
  await expect.poll(() => navigator.statuses(message.guid).at(-1)?.status).toBe('Unanswered');
  const [history] = await second.bridge.tracker.find({ guid: message.guid });
  const attempts = history?.rounds[0]?.attempts ?? [];
  expect(new Set(attempts.map(({ callId }) => callId)).size).toBe(attempts.length);
  expect(attempts[0]).toMatchObject({ outcome: 'lost', counted: true });
});
