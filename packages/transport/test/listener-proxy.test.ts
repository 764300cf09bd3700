import { connectPeer, FakeClock } from '@taxinav/testkit';
import { listen, type ListenOptions } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, DIAL, EventLog, OK } from './samples.ts';

const answerOk = async (): Promise<typeof OK> => OK;
const SIGNATURE = '0d0a0d0a000d0a515549540a';

/** The balancer of these tests connects from 127.0.0.2; the peers behind it are whoever its header names. */
const behindBalancer = (log: EventLog, more: Partial<ListenOptions> = {}): ListenOptions => ({
  host: '127.0.0.1',
  port: 0,
  allow: ['192.168.1.21'],
  proxies: ['127.0.0.2'],
  onEvent: log.onEvent,
  ...more,
});

const headerOf = (...address: readonly [number, number, number, number]): Buffer =>
  Buffer.concat([Buffer.from(`${SIGNATURE}2111000c`, 'hex'), Buffer.from([...address, 10, 0, 0, 5, 0xc7, 0x38, 0x18, 0x9d])]);
const PEER = headerOf(192, 168, 1, 21);

test('a peer behind a balancer is judged, counted and told by the address in the header', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  await client.write(Buffer.concat([PEER, Buffer.from(DIAL)]));
  await client.receives(ACK_OK);
  expect(log.of('connected')[0]?.peer).toMatchObject({ address: '192.168.1.21', port: 51_000 });
});

test('header and message may come byte by byte', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  for (const byte of Buffer.concat([PEER, Buffer.from(DIAL)])) await client.write(Buffer.of(byte));
  await client.receives(ACK_OK);
  expect(log.of('connected')[0]?.peer.address).toBe('192.168.1.21');
});

test('an end right behind the message loses nothing', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2', allowHalfOpen: true });
  client.socket.end(Buffer.concat([PEER, Buffer.from(DIAL)]));
  await client.receives(ACK_OK);
  expect((await log.next('disconnected')).reason).toBe('peer-ended');
});

test('a peer behind the balancer that the list does not cover is cut', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  client.socket.on('error', () => undefined);
  await client.write(headerOf(192, 168, 1, 22));
  expect(await log.next('refused')).toEqual({ event: 'refused', address: '192.168.1.22', reason: 'not-allowed' });
});

test('a balancer that sends no header is cut, and its message is not taken', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log, { allow: ['127.0.0.2'] }), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  client.socket.on('error', () => undefined);
  await client.write(DIAL);
  expect(await log.next('refused')).toEqual({ event: 'refused', address: '127.0.0.2', reason: 'proxy-header' });
  expect(log.of('connected')).toEqual([]);
});

test('a header from anybody else is not believed', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log, { allow: ['192.168.1.21', '127.0.0.3'] }), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.3' });
  await client.write(PEER);
  expect((await log.next('connected')).peer.address).toBe('127.0.0.3');
  await connectPeer(listener.port, { localAddress: '127.0.0.4' }).catch(() => undefined);
  expect(await log.next('refused')).toMatchObject({ address: '127.0.0.4', reason: 'not-allowed' });
});

test("a balancer's health check is no peer", async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  await client.write(Buffer.from(`${SIGNATURE}20000000`, 'hex'));
  await client.ended();
  expect(log.all).toEqual([]);
});

test('a balancer that keeps its header back is cut after 5 s', async () => {
  const log = new EventLog();
  const clock = new FakeClock();
  await using listener = await listen(behindBalancer(log, { clock }), answerOk);
  await using client = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  client.socket.on('error', () => undefined);
  while (clock.sleepers === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(5_000);
  expect((await log.next('refused')).reason).toBe('proxy-header');
});

test('the share of the connections is that of the peer, not of the balancer', async () => {
  const log = new EventLog();
  await using listener = await listen(behindBalancer(log, { allow: ['192.168.1.0/24'], connectionsPerAddress: 1 }), answerOk);
  await using first = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  await first.write(headerOf(192, 168, 1, 21));
  await log.next('connected');
  await using second = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  await second.write(headerOf(192, 168, 1, 22));
  await log.next('connected', 1);
  await using third = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  third.socket.on('error', () => undefined);
  await third.write(headerOf(192, 168, 1, 21));
  expect(await log.next('refused')).toMatchObject({ address: '192.168.1.21', reason: 'address-limit' });
});

test('balancers that wait for nobody hold no more than the connection cap, and are gone when the port closes', async () => {
  const log = new EventLog();
  const listener = await listen(behindBalancer(log, { connections: 1 }), answerOk);
  await using waits = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  waits.socket.on('error', () => undefined);
  await connectPeer(listener.port, { localAddress: '127.0.0.2' }).catch(() => undefined);
  expect(await log.next('refused')).toMatchObject({ address: '127.0.0.2', reason: 'address-limit' });
  await listener.close();
  await waits.ended().catch(() => undefined);
});

test('an invalid entry is refused by the name of its option', async () => {
  await expect(listen({ host: '127.0.0.1', port: 0, proxies: ['balancer.example'] }, answerOk)).rejects.toThrow(
    /proxies: "balancer\.example"/,
  );
});
