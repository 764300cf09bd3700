import { setImmediate as turn } from 'node:timers/promises';
import type { Ack, Fault, Message } from '@taxinav/codec';
import { connectPeer, FakeClock } from '@taxinav/testkit';
import { listen } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, Counter, DIAL, dial, EventLog, OK, serialOf } from './samples.ts';

const LOCAL = { host: '127.0.0.1', port: 0 } as const;

/** A handler that answers when the test says so. */
function held(): { handler: () => Promise<Ack>; handed: Counter; answer: () => void } {
  const handed = new Counter();
  const answers: (() => void)[] = [];
  return {
    handed,
    handler: () =>
      new Promise((resolve) => {
        answers.push(() => resolve(OK));
        handed.add();
      }),
    answer: () => {
      for (const answer of answers.splice(0)) answer();
    },
  };
}

test('drain waits for an answer in progress, sends it, and ends in good order', async () => {
  const { handler, handed, answer } = held();
  const log = new EventLog();
  const listener = await listen({ ...LOCAL, onEvent: log.onEvent }, handler);
  await using client = await connectPeer(listener.port, { allowHalfOpen: false });
  await client.write(DIAL);
  await handed.reaches(1);
  let drained = false;
  const draining = listener.drain(60_000).then(() => (drained = true));
  await turn();
  expect(drained).toBe(false);
  answer();
  expect(await client.ended()).toBe(ACK_OK);
  await draining;
  expect(log.of('disconnected').map(({ reason }) => reason)).toEqual(['drained']);
  await expect(connectPeer(listener.port)).rejects.toThrow('ECONNREFUSED');
});

test('drain also answers what was read and waits behind the limit of unanswered messages', async () => {
  const { handler, handed, answer } = held();
  const listener = await listen({ ...LOCAL, unanswered: 1 }, handler);
  await using client = await connectPeer(listener.port, { allowHalfOpen: false });
  await client.write([1, 2, 3].map(dial).join(''));
  await handed.reaches(1);
  const draining = listener.drain(60_000);
  for (const count of [1, 2, 3]) {
    await handed.reaches(count);
    answer();
  }
  expect(await client.ended()).toBe(ACK_OK.repeat(3));
  await draining;
});

test('a message that comes while draining is not read; its sender sees a reset', async () => {
  const { handler, handed, answer } = held();
  const listener = await listen(LOCAL, handler);
  await using client = await connectPeer(listener.port);
  await client.write(dial(1));
  await handed.reaches(1);
  const draining = listener.drain(60_000);
  await client.write(dial(2));
  answer();
  expect(await client.closed()).toBe('ECONNRESET');
  await draining;
  expect([handed.count, client.text]).toEqual([1, ACK_OK]);
});

test('what is not answered when the time of the drain is over is destroyed', async () => {
  const { handler, handed } = held();
  const clock = new FakeClock();
  const log = new EventLog();
  const listener = await listen({ ...LOCAL, clock, onEvent: log.onEvent }, handler);
  await using client = await connectPeer(listener.port);
  await client.write(DIAL);
  await handed.reaches(1);
  const draining = listener.drain(500);
  await clock.advance(499);
  expect(listener.connections).toBe(1);
  await clock.advance(1);
  await draining;
  expect(await client.closed()).toBe('ECONNRESET');
  expect([listener.connections, clock.sleepers]).toEqual([0, 0]);
});

test('drain waits for what a peer that is gone had brought', async () => {
  const { handler, handed, answer } = held();
  const log = new EventLog();
  const listener = await listen({ ...LOCAL, onEvent: log.onEvent }, handler);
  const client = await connectPeer(listener.port);
  await client.write(DIAL);
  await handed.reaches(1);
  client.socket.resetAndDestroy();
  await log.next('disconnected');
  let drained = false;
  const draining = listener.drain(60_000).then(() => (drained = true));
  for (let round = 0; round < 10; round += 1) await turn();
  expect(drained).toBe(false);
  answer();
  await draining;
});

test('close ends everything at once: idle peers see an end, those that wait for an answer a reset', async () => {
  const { handler, handed } = held();
  const log = new EventLog();
  const listener = await listen({ ...LOCAL, onEvent: log.onEvent }, handler);
  await using waiting = await connectPeer(listener.port);
  await using idle = await connectPeer(listener.port);
  await log.next('connected', 1);
  await waiting.write(DIAL);
  await handed.reaches(1);
  await listener.close();
  expect(await idle.ended()).toBe('');
  expect(await waiting.closed()).toBe('ECONNRESET');
  expect(log.of('disconnected').map(({ reason }) => reason)).toEqual(['closed', 'closed']);
});

test('closing and draining again are harmless, and disposing closes', async () => {
  const listener = await listen(LOCAL, async () => OK);
  await Promise.all([listener.close(), listener.close(), listener.drain(10)]);
  await listener.drain(10);
  await listener[Symbol.asyncDispose]();
  await expect(connectPeer(listener.port)).rejects.toThrow('ECONNREFUSED');
});

test('[reading 29] complete messages before a reset are handled, without a fault for the rest', async () => {
  const received: (Message | Fault)[] = [];
  const log = new EventLog();
  const handed = new Counter();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent, unanswered: 2 }, async (message) => {
    received.push(message);
    handed.add();
    return OK;
  });
  await using client = await connectPeer(listener.port);
  client.socket.write(`${[1, 2, 3, 4, 5].map(dial).join('')}Message: Di`, () => client.socket.resetAndDestroy());
  expect((await log.next('disconnected')).reason).toBe('peer-reset');
  await handed.reaches(5);
  expect(received.map(serialOf)).toEqual([1, 2, 3, 4, 5]);
});

test('a fatal fault is handed out after what came before it, answered, and then the connection ends', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, limits: { messageBytes: 200, lineBytes: 100 }, onEvent: log.onEvent }, async (received) =>
    'fault' in received ? { message: 'ACK', error: received.fault } : OK,
  );
  await using client = await connectPeer(listener.port);
  await client.write(`${DIAL}Message: Dial\r\nTel: ${'1'.repeat(200)}`);
  expect(await client.ended()).toBe(`${ACK_OK}Message: ACK\r\nError: line-too-long\r\n\r\n`);
  client.socket.end();
  expect((await log.next('disconnected')).reason).toBe('fatal-fault');
});

test('after a fatal fault some more is read and thrown away, so that the answer arrives; a flood is reset', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, async () => OK);
  await using talker = await connectPeer(listener.port);
  await talker.write('x'.repeat(20_000));
  await talker.ended();
  await talker.write('x'.repeat(100_000));
  talker.socket.end();
  expect((await log.next('disconnected')).reason).toBe('fatal-fault');
  expect(talker.text).toBe(ACK_OK);
  await using flooder = await connectPeer(listener.port);
  flooder.socket.on('error', () => undefined);
  flooder.socket.write('x'.repeat(4_000_000));
  expect(await flooder.closed()).toMatch(/ECONNRESET|EPIPE/);
});
