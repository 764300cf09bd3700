import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { closedPort, neverCloses, startPeer, type PeerServer } from '@taxinav/testkit';
import { createSender, type SendOptions } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, CALL, Counter, CONFERENCE_MESSAGE, OK } from './samples.ts';

const to = (port: number, more: Partial<SendOptions> = {}): SendOptions => ({ host: '127.0.0.1', port, ...more });

/** Acknowledges every message on every connection; both sides stay open. */
function acknowledges(socket: Socket): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
    for (let at = text.indexOf('\r\n\r\n'); at >= 0; at = text.indexOf('\r\n\r\n')) {
      text = text.slice(at + 4);
      socket.write(ACK_OK);
    }
  });
  socket.on('end', () => socket.end());
  socket.resume();
}

async function first(peer: PeerServer): Promise<Socket> {
  return await peer.connection(0);
}

test('messages wait for each other and are sent in order, one connection each', async () => {
  const texts: string[] = [];
  let open = 0;
  let most = 0;
  await using peer = await startPeer((socket) => {
    open += 1;
    most = Math.max(most, open);
    socket.on('data', (chunk) => texts.push(chunk.toString()));
    socket.on('end', () => {
      open -= 1;
      socket.end(ACK_OK);
    });
    socket.resume();
  });
  await using sender = createSender(to(peer.port));
  const errors = ['a', 'b', 'c', 'd', 'e'];
  const deliveries = await Promise.all(errors.map((error) => sender.send({ message: 'ACK', error })));
  expect(deliveries.map(({ evidence }) => evidence)).toEqual(errors.map(() => 'acknowledged'));
  expect(texts.map((text) => /Error: (.)/.exec(text)?.[1])).toEqual(errors);
  expect([peer.sockets.length, most]).toEqual([5, 1]);
});

test('with after: keep, a connection on which an ACK was received serves the next messages', async () => {
  await using peer = await startPeer(acknowledges);
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  for (let round = 0; round < 5; round += 1) expect((await sender.send(CALL)).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(1);
});

test('a refusal is an ACK, too: the connection is kept', async () => {
  await using peer = await startPeer((socket) => {
    socket.on('data', () => socket.write('Message: ACK\r\nError: busy\r\n\r\n'));
    socket.resume();
  });
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  for (let round = 0; round < 2; round += 1) expect((await sender.send(CALL)).evidence).toBe('refused');
  expect(peer.sockets).toHaveLength(1);
});

test('without an ACK no connection is kept', async () => {
  await using peer = await startPeer(neverCloses);
  await using sender = createSender(to(peer.port, { after: 'keep', waitMs: 20 }));
  for (let round = 0; round < 2; round += 1) expect((await sender.send(CALL)).evidence).toBe('inDoubt');
  expect(peer.sockets).toHaveLength(2);
});

test('with after: halfClose every message has a connection of its own', async () => {
  await using peer = await startPeer(acknowledges);
  await using sender = createSender(to(peer.port));
  for (let round = 0; round < 3; round += 1) expect((await sender.send(CALL)).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(3);
});

test.each([
  ['in good order', (socket: Socket) => socket.end()],
  ['with a reset', (socket: Socket) => socket.resetAndDestroy()],
])('a kept connection that the peer closes while idle, %s, is replaced, and no message is lost', async (_how, close) => {
  await using peer = await startPeer(acknowledges);
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  for (let round = 0; round < 10; round += 1) {
    expect((await sender.send(CALL)).evidence).toBe('acknowledged');
    const socket = await peer.connection(round);
    close(socket);
  }
  expect((await sender.send(CALL)).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(11);
});

test('a kept connection that dies between message and answer: in doubt', async () => {
  for (const die of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
    let messages = 0;
    await using peer = await startPeer((socket) => {
      socket.on('data', () => {
        messages += 1;
        if (messages === 2) die(socket);
        else socket.write(ACK_OK);
      });
      socket.resume();
    });
    await using sender = createSender(to(peer.port, { after: 'keep' }));
    expect((await sender.send(CALL)).evidence).toBe('acknowledged');
    expect((await sender.send(CALL)).evidence).toBe('inDoubt');
    expect((await sender.send(CALL)).evidence).toBe('acknowledged');
    expect(peer.sockets).toHaveLength(2);
  }
});

test('what is not wanted any more leaves the kept connection to the next message', async () => {
  await using peer = await startPeer(acknowledges);
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  const evidence = [];
  for (const wanted of [true, false, true]) evidence.push((await sender.send(CALL, { stillWanted: () => wanted })).evidence);
  expect([evidence, peer.sockets.length]).toEqual([['acknowledged', 'notSent', 'acknowledged'], 1]);
});

test('bytes that nobody asked for end a kept connection: they could pass for the next answer', async () => {
  await using peer = await startPeer(acknowledges);
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  await sender.send(CALL);
  const socket = await first(peer);
  const closed = once(socket, 'end');
  socket.write('Message: ACK\r\nError: late\r\n\r\n');
  await closed;
  expect((await sender.send(CALL)).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(2);
});

test('two answers to one message end a kept connection, too', async () => {
  await using peer = await startPeer((socket) => {
    socket.on('data', () => socket.write(ACK_OK + ACK_OK));
    socket.resume();
  });
  await using sender = createSender(to(peer.port, { after: 'keep' }));
  for (let round = 0; round < 2; round += 1) expect((await sender.send(CALL)).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(2);
});

test('a message that was not sent does not keep the next from being tried', async () => {
  const port = await closedPort();
  await using sender = createSender(to(port));
  const deliveries = await Promise.all([sender.send(CALL), sender.send(CONFERENCE_MESSAGE)]);
  expect(deliveries.map(({ evidence }) => evidence)).toEqual(['notSent', 'notSent']);
});

test('beyond the limit of waiting messages a further one is not sent', async () => {
  await using peer = await startPeer(neverCloses);
  await using sender = createSender(to(peer.port, { waiting: 2, waitMs: 30, after: 'keep' }));
  const sending = [1, 2, 3, 4, 5].map(() => sender.send(CALL));
  const deliveries = await Promise.all(sending);
  expect(deliveries.map(({ evidence }) => evidence)).toEqual(['inDoubt', 'inDoubt', 'inDoubt', 'notSent', 'notSent']);
  expect(deliveries[4]?.reason).toContain('Too many');
});

test('aborted while it waits: not sent at once, and the others go on', async () => {
  const seen = new Counter();
  await using peer = await startPeer((socket) => {
    seen.add();
    neverCloses(socket);
  });
  await using sender = createSender(to(peer.port, { waitMs: 60_000 }));
  const outstanding = sender.send(CALL);
  const stop = new AbortController();
  const waiting = sender.send(CALL, { signal: stop.signal });
  await seen.reaches(1);
  stop.abort(new Error('enough'));
  expect(await waiting).toMatchObject({ evidence: 'notSent', cause: stop.signal.reason, elapsedMs: 0 });
  (await first(peer)).end(ACK_OK);
  expect((await outstanding).evidence).toBe('acknowledged');
  expect(peer.sockets).toHaveLength(1);
});

test('close waits for nothing: the outstanding message is in doubt, those that wait are not sent', async () => {
  await using peer = await startPeer(neverCloses);
  const sender = createSender(to(peer.port, { waitMs: 60_000 }));
  const outstanding = sender.send(CALL);
  const waiting = sender.send(CALL);
  await once(await first(peer), 'end');
  await sender.close();
  expect(await outstanding).toMatchObject({ evidence: 'inDoubt', cause: { code: 'TRANSPORT_CLOSED' } });
  expect(await waiting).toMatchObject({ evidence: 'notSent', cause: { code: 'TRANSPORT_CLOSED' } });
  await sender.close();
  await expect(sender.send(CALL)).rejects.toMatchObject({ name: 'TransportError', code: 'TRANSPORT_CLOSED' });
});

test('close before the connection is there: not sent', async () => {
  await using peer = await startPeer(neverCloses);
  const sender = createSender(to(peer.port));
  const outstanding = sender.send(CALL);
  await sender.close();
  expect((await outstanding).evidence).toBe('notSent');
});

test('close ends a kept connection', async () => {
  await using peer = await startPeer(acknowledges);
  {
    await using sender = createSender(to(peer.port, { after: 'keep' }));
    await sender.send(OK);
  }
  const socket = await first(peer);
  while (!socket.closed) await turn();
  expect(socket.closed).toBe(true);
});

test('a sender to no port is refused at once', () => {
  expect(() => createSender(to(0))).toThrow(RangeError);
  expect(() => createSender(to(6001, { waiting: 0 }))).toThrow('waiting');
});
