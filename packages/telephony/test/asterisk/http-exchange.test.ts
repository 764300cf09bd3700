import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { HttpExchange } from '../../src/asterisk/http-exchange.ts';
import { createAriClient } from '../../src/asterisk/index.ts';
import { realClock } from './real-clock.ts';

async function listening(server: { listen(port: number, host: string): unknown; address(): unknown }): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server as never, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a request that was given up has its connection reset: what has not left yet is never sent', async () => {
  const ends: string[] = [];
  let peer: Socket | undefined;
  const server = createTcpServer((socket) => {
    peer = socket;
    // It reads, and says nothing.
    socket.resume();
    socket.on('end', () => ends.push('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
  });
  const url = await listening(server);
  const exchange = new HttpExchange(realClock, 100);
  expect(await exchange.ask('POST', `${url}/channels`, 'Basic x', { endpoint: 'PJSIP/100' })).toBe('late');
  await expect.poll(() => ends).toEqual(['ECONNRESET']);
  peer?.destroy();
  server.close();
});

test('an answer that breaks off is no answer', async () => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":');
      socket.end();
    });
  });
  const url = await listening(server);
  await expect(new HttpExchange(realClock, 5_000).ask('GET', url, 'Basic x', undefined)).rejects.toThrow(/aborted|hang up/);
  server.close();
});

test('requests share a connection, and one without a body says so', async () => {
  const seen: Pick<IncomingMessage, 'method' | 'headers'>[] = [];
  const ports = new Set<number | undefined>();
  const server = createServer((request, response) => {
    seen.push(request);
    ports.add(request.socket.remotePort);
    request.resume().on('end', () => response.end('{}'));
  });
  const url = await listening(server);
  const exchange = new HttpExchange(realClock, 5_000);
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    expect(await exchange.ask(method, url, 'Basic x', undefined)).toEqual({ status: 200, text: '{}' });
  }
  await exchange.ask('POST', url, 'Basic x', { text: 'ї' });
  expect(ports.size).toBe(1);
  expect(seen.map(({ method, headers }) => [method, headers['content-length'], headers['content-type']])).toEqual([
    ['GET', undefined, undefined],
    ['POST', '0', undefined],
    ['DELETE', '0', undefined],
    ['POST', '13', 'application/json'],
  ]);
  server.closeAllConnections();
  server.close();
});

test('a redirection is not followed: whoever answers so is no ARI', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const url = await listening(server);
  const client = createAriClient({ clock: realClock, url, username: 'a', password: 'b' });
  await expect(client.hangUp('x')).rejects.toMatchObject({ code: 'ARI_UNREADABLE', status: 302 });
  expect(asked).toBe(1);
  server.closeAllConnections();
  server.close();
});
