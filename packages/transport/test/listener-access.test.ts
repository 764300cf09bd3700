import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { connectPeer, FakeClock, type PeerClient } from '@taxinav/testkit';
import { listen, TransportError } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, Counter, DIAL, EventLog, OK } from './samples.ts';

const LOCAL = { host: '127.0.0.1', port: 0 } as const;
const answerOk = async (): Promise<typeof OK> => OK;

/** Whether a connection from `localAddress` is answered, or how it fails. */
async function attempt(port: number, localAddress = '127.0.0.1', host = '127.0.0.1'): Promise<string | undefined> {
  try {
    await using client = await connectPeer(port, { localAddress, host });
    client.socket.on('error', () => undefined);
    await client.write(DIAL).catch(() => undefined);
    await client.receives(ACK_OK);
    return 'answered';
  } catch (error) {
    const { code, cause } = error as NodeJS.ErrnoException;
    return code ?? (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

test('without a list, only loopback may connect', async () => {
  await using listener = await listen(LOCAL, answerOk);
  expect(await attempt(listener.port, '127.0.0.2')).toBe('answered');
});

test('an address that is not allowed is cut at accept, and no byte of its is read', async () => {
  const log = new EventLog();
  const frames = new Counter();
  await using listener = await listen({ ...LOCAL, allow: ['127.0.0.2'], onEvent: log.onEvent, tap: frames.add }, answerOk);
  expect(await attempt(listener.port, '127.0.0.3')).toMatch(/ECONNRESET|EPIPE/);
  expect(log.all).toEqual([{ event: 'refused', address: '127.0.0.3', reason: 'not-allowed' }]);
  expect(frames.count).toBe(0);
  expect(await attempt(listener.port, '127.0.0.2')).toBe('answered');
});

test('an IPv4 peer on an IPv6 socket is judged and reported by its IPv4 address', async () => {
  const log = new EventLog();
  await using listener = await listen({ host: '::ffff:127.0.0.1', port: 0, allow: ['127.0.0.0/30'], onEvent: log.onEvent }, answerOk);
  expect(await attempt(listener.port, '127.0.0.2')).toBe('answered');
  expect(await attempt(listener.port, '127.0.0.9')).toMatch(/ECONNRESET|EPIPE/);
  expect(log.of('connected')[0]?.peer.address).toBe('127.0.0.2');
  expect(log.of('refused')[0]?.address).toBe('127.0.0.9');
});

test('IPv6 loopback is served', async () => {
  await using listener = await listen({ host: '::1', port: 0 }, answerOk);
  expect(await attempt(listener.port, '::1', '::1')).toBe('answered');
});

test('a new list holds for later connections, and closes those that it no longer covers', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, answerOk);
  await using stays = await connectPeer(listener.port, { localAddress: '127.0.0.2' });
  await using goes = await connectPeer(listener.port, { localAddress: '127.0.0.3' });
  await log.next('connected', 1);
  listener.allow(['127.0.0.2']);
  await goes.ended();
  expect((await log.next('disconnected')).reason).toBe('closed');
  expect(await attempt(listener.port, '127.0.0.3')).toMatch(/ECONNRESET|EPIPE/);
  await stays.write(DIAL);
  await stays.receives(ACK_OK);
});

test('an invalid entry is refused by name, at the opening and later, and the list in use stays', async () => {
  await expect(listen({ ...LOCAL, allow: ['dispatch.example'] }, answerOk)).rejects.toThrow(
    expect.objectContaining({ code: 'TRANSPORT_ALLOW_INVALID', message: expect.stringContaining('dispatch.example') as string }),
  );
  await using listener = await listen(LOCAL, answerOk);
  expect(() => listener.allow(['10.0.0.0/64'])).toThrow(TransportError);
  expect(await attempt(listener.port)).toBe('answered');
});

test('at the connection cap the longest-idle connection makes room for the new one', async () => {
  const clock = new FakeClock();
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, connections: 3, clock, onEvent: log.onEvent }, answerOk);
  const clients: PeerClient[] = [];
  const open = async (): Promise<PeerClient> => {
    const client = await connectPeer(listener.port);
    clients.push(client);
    await log.next('connected', clients.length - 1);
    await clock.advance(1_000);
    return client;
  };
  await using first = await open();
  await using second = await open();
  await using third = await open();
  await first.write(DIAL);
  await first.receives(ACK_OK);
  await using fourth = await open();
  await second.ended();
  expect(await log.next('disconnected')).toMatchObject({ reason: 'evicted', peer: { connection: 2 } });
  expect(listener.connections).toBe(3);
  for (const client of [first, third, fourth]) {
    await client.write(DIAL);
    await client.receives(ACK_OK);
  }
});

test('a connection that waits for an answer is not the idle one, unless all wait', async () => {
  const clock = new FakeClock();
  const log = new EventLog();
  const handed = new Counter();
  const handler = (): Promise<undefined> =>
    new Promise(() => {
      handed.add();
    });
  await using listener = await listen({ ...LOCAL, connections: 2, clock, onEvent: log.onEvent }, handler);
  await using busy = await connectPeer(listener.port);
  await busy.write(DIAL);
  await handed.reaches(1);
  await clock.advance(1_000);
  await using idle = await connectPeer(listener.port);
  await log.next('connected', 1);
  await using third = await connectPeer(listener.port);
  await idle.ended();
  expect((await log.next('disconnected')).peer.connection).toBe(2);
  await clock.advance(1_000);
  await third.write(DIAL);
  await handed.reaches(2);
  await using fourth = await connectPeer(listener.port);
  expect(await busy.closed()).toBe('ECONNRESET');
  expect((await log.next('disconnected', 1)).peer.connection).toBe(1);
  await log.next('connected', 3);
  expect([listener.connections, fourth.socket.destroyed]).toEqual([2, false]);
});

test('a further connection from one address is refused; other addresses are not', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, connectionsPerAddress: 2, onEvent: log.onEvent }, answerOk);
  await using first = await connectPeer(listener.port);
  await using second = await connectPeer(listener.port);
  await log.next('connected', 1);
  expect(await attempt(listener.port)).toMatch(/ECONNRESET|EPIPE/);
  expect(log.of('refused')).toEqual([{ event: 'refused', address: '127.0.0.1', reason: 'address-limit' }]);
  expect(await attempt(listener.port, '127.0.0.2')).toBe('answered');
  await second.write(DIAL);
  await second.receives(ACK_OK);
  first.socket.destroy();
  await log.next('disconnected', 1);
  expect(await attempt(listener.port)).toBe('answered');
});

test('by default 32 connections of one address are served, and 512 in all', async () => {
  await using listener = await listen({ ...LOCAL, allow: ['127.0.0.0/8'] }, answerOk);
  const clients: PeerClient[] = [];
  try {
    for (let address = 1; address <= 16; address += 1) {
      const localAddress = `127.0.1.${address}`;
      clients.push(...(await Promise.all(Array.from({ length: 32 }, () => connectPeer(listener.port, { localAddress })))));
    }
    const last = clients.at(-1);
    await last?.write(DIAL);
    await last?.receives(ACK_OK);
    expect(listener.connections).toBe(512);
    expect(await attempt(listener.port, '127.0.1.1')).toMatch(/ECONNRESET|EPIPE/);
    expect(await attempt(listener.port, '127.0.2.1')).toBe('answered');
    expect(listener.connections).toBeLessThanOrEqual(512);
  } finally {
    for (const client of clients) client.socket.destroy();
  }
});

test.runIf(process.platform === 'linux').each([
  [undefined, 30],
  [5_000, 5],
  [200, 1],
])('with keepAliveMs %s a silent connection is probed after %s s', async (keepAliveMs, seconds) => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, ...(keepAliveMs !== undefined && { keepAliveMs }), onEvent: log.onEvent }, answerOk);
  await using client = await connectPeer(listener.port);
  await log.next('connected');
  const hex = (port: number | undefined): string => `:${(port ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const ends = new RegExp(`${hex(listener.port)} \\w+${hex(client.socket.localPort)} 01 \\S+ (\\w\\w):(\\w+) `);
  const [, timer, hundredths = ''] = ends.exec(await readFile('/proc/net/tcp', 'utf8')) ?? [];
  // Timer 2 is keepalive's; what is left of it is counted in hundredths of a second.
  expect(timer).toBe('02');
  expect(Math.ceil(Number.parseInt(hundredths, 16) / 100)).toBe(seconds);
});

test.each([
  ['EADDRINUSE', 'is in use by another program'],
  ['EADDRNOTAVAIL', 'is not an address of this machine'],
  ['ENOTFOUND', 'the host name no-such-host.invalid'],
])('a port that cannot be opened (%s) is an error that names port, address and remedy', async (code, words) => {
  await using taken = await listen(LOCAL, answerOk);
  const wanted = {
    EADDRINUSE: { host: '127.0.0.1', port: taken.port },
    EADDRNOTAVAIL: { host: '192.0.2.1', port: 6301 },
    ENOTFOUND: { host: 'no-such-host.invalid', port: 6301 },
  }[code] ?? { host: '', port: 0 };
  const failure = await listen(wanted, answerOk).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransportError);
  expect(failure).toMatchObject({ code: 'TRANSPORT_LISTEN_FAILED' });
  const { message, cause } = failure as TransportError;
  expect((cause as NodeJS.ErrnoException).code).toMatch(code === 'ENOTFOUND' ? /ENOTFOUND|EAI_AGAIN/ : code);
  expect(message).toContain(String(wanted.port));
  expect(message).toContain(wanted.host);
  expect(message).toContain(words);
});

test.each([
  [{ host: '' }, 'host'],
  [{ port: 65_536 }, 'port'],
  [{ port: 0.5 }, 'port'],
  [{ idleMs: 0 }, 'idleMs'],
  [{ messageDeadlineMs: -1 }, 'messageDeadlineMs'],
  [{ writeDeadlineMs: Number.NaN }, 'writeDeadlineMs'],
  [{ connections: Infinity }, 'connections'],
  [{ connectionsPerAddress: 0 }, 'connectionsPerAddress'],
  [{ unanswered: 0 }, 'unanswered'],
  [{ keepAliveMs: 0 }, 'keepAliveMs'],
  [{ limits: { lineBytes: 0 } }, 'lineBytes'],
])('options %j are refused at once', async (wrong, name) => {
  const failure = await listen({ ...LOCAL, ...wrong }, answerOk).catch((error: unknown) => error);
  expect(failure instanceof RangeError || failure instanceof TypeError).toBe(true);
  expect((failure as Error).message).toContain(name);
});

test.runIf(process.platform === 'linux')('out of descriptors, the port stays open and serves again when there are some', async () => {
  await using script = scriptedListener();
  const port = Number(await script.line());
  const clients: PeerClient[] = [];
  const hold = async (): Promise<boolean> => {
    const client = await connectPeer(port);
    clients.push(client);
    await client.write(DIAL).catch(() => undefined);
    return await client.receives(ACK_OK).then(
      () => true,
      () => false,
    );
  };
  let served = 0;
  while (await hold()) {
    served += 1;
    if (served > 200) throw new Error('the limit was never reached');
  }
  expect(served).toBeGreaterThan(0);
  for (const client of clients) await client[Symbol.asyncDispose]();
  let again = false;
  for (let attempts = 0; attempts < 100 && !again; attempts += 1) again = await hold();
  for (const client of clients) await client[Symbol.asyncDispose]();
  expect(again).toBe(true);
  expect(script.exitCode).toBe(null);
});

/** A listener in a process of its own that may open few files; its first line is its port. */
function scriptedListener(): AsyncDisposable & { line(): Promise<string>; readonly exitCode: number | null } {
  const module = new URL('../src/index.ts', import.meta.url).href;
  const program = `import { listen } from ${JSON.stringify(module)};
    const listener = await listen({ host: '127.0.0.1', port: 0, connectionsPerAddress: 500 }, async () => ({ message: 'ACK', error: 'OK' }));
    console.log(listener.port);`;
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 60; exec "$0" --conditions=@taxinav/source --input-type=module -e "$1"', process.execPath, program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface(child.stdout);
  return {
    line: async () => String((await once(lines, 'line'))[0]),
    get exitCode() {
      return child.exitCode;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
