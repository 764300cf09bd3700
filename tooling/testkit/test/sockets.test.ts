import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  closedPort,
  closesUnread,
  connectPeer,
  neverCloses,
  neverReads,
  resetsAtFirstByte,
  resetsAtOnce,
  startDeafPort,
  startHalfOpenProxy,
  startPeer,
} from '../src/index.ts';

test('a client collects what a server writes, and sees its end', async () => {
  await using server = await startPeer((socket) => socket.end('hello, client'));
  await using client = await connectPeer(server.port);
  expect(await client.receives('hello')).toContain('hello');
  expect(await client.ended()).toBe('hello, client');
  await expect(client.receives('more')).rejects.toThrow('without "more"');
});

test('a peer that never reads takes bytes only until the buffers are full', async () => {
  await using server = await startPeer(neverReads);
  await using client = await connectPeer(server.port);
  const chunk = new Uint8Array(1_048_576);
  for (let sent = 0; sent < 64; sent += 1) client.socket.write(chunk);
  const socket = await server.connection(0);
  expect(socket.bytesRead).toBe(0);
  expect(client.socket.writableLength).toBeGreaterThan(0);
});

test('a peer that never closes reads everything and leaves a FIN unanswered', async () => {
  await using server = await startPeer(neverCloses);
  await using client = await connectPeer(server.port);
  client.socket.end('bye');
  const socket = await server.connection(0);
  await once(socket, 'end');
  expect([socket.bytesRead, socket.writable]).toEqual([3, true]);
});

test('peers that reset do so at once, or at the first byte', async () => {
  await using atOnce = await startPeer(resetsAtOnce);
  // The reset may come before or after Node has noticed the connection.
  const code = await connectPeer(atOnce.port).then(
    (client) => client.closed(),
    (error: NodeJS.ErrnoException) => error.code,
  );
  expect(code).toBe('ECONNRESET');
  await using atByte = await startPeer(resetsAtFirstByte);
  await using second = await connectPeer(atByte.port);
  await second.write('x');
  expect(await second.closed()).toBe('ECONNRESET');
});

test('a peer that closes unread sends its end before anything came', async () => {
  await using server = await startPeer(closesUnread);
  await using client = await connectPeer(server.port);
  expect(await client.ended()).toBe('');
  expect(await client.writesUntilBroken()).toMatch(/EPIPE|ECONNRESET/);
});

test('the half-open proxy passes both ways, goes silent on command, and comes back', async () => {
  await using server = await startPeer((socket) => {
    socket.on('data', (chunk) => socket.write(chunk));
    socket.resume();
  });
  await using proxy = await startHalfOpenProxy(server.port);
  await using client = await connectPeer(proxy.port);
  await client.write('one');
  await client.receives('one');
  proxy.silence();
  await client.write('two');
  await using later = await connectPeer(proxy.port);
  await later.write('three');
  // By the time a direct echo has come back, an echo through the proxy would have.
  await using direct = await connectPeer(server.port);
  await direct.write('four');
  await direct.receives('four');
  expect([client.text, later.text, proxy.connections]).toEqual(['one', '', 2]);
  proxy.resume();
  expect(await client.receives('two')).toBe('onetwo');
  expect(await later.receives('three')).toBe('three');
});

test('nobody listens on a closed port', async () => {
  const [error] = (await once(connect(await closedPort(), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test.runIf(process.platform === 'linux')('a deaf port lets a handshake hang', async () => {
  await using deaf = await startDeafPort();
  const socket = connect(deaf.port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => 'connected'),
    new Promise((resolve) => setTimeout(resolve, 100, 'hangs')),
  ]);
  socket.destroy();
  expect(outcome).toBe('hangs');
});
