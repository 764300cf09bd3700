import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { notificationPageSchema, type NotificationJson } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { askBridge } from '../src/bridge-client.ts';
import { runHere } from './run-here.ts';

/** An HTTP server in the bridge's place. */
async function inPlaceOfTheBridge(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const answering = (status: number, body: string) =>
  inPlaceOfTheBridge((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));

const list = (url: string, ...more: string[]) => runHere(['notifications', 'list', '--http', url, ...more]);

const LINE: NotificationJson = {
  columnId: 'north',
  guid: '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
  phone: '0675040279',
  text: 'a\u001b[31mb',
  status: 'Done',
  final: true,
  rounds: 1,
  attempts: 1,
  acceptedAt: '2026-11-03T13:21:30.000Z',
  changedAt: '2026-11-03T13:21:31.000Z',
  reportsOwed: 0,
};

test('a list longer than a table becomes several, page after page', async () => {
  await using bridge = await inPlaceOfTheBridge((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://bridge').searchParams.get('cursor') ?? '0');
    const notifications = Array.from({ length: 500 }, () => LINE);
    response.end(JSON.stringify({ notifications, ...(page < 2 && { cursor: String(page + 1) }) }));
  });
  const { stdout, code } = await list(bridge.url, '--all');
  expect(stdout.match(/^received /gm)).toHaveLength(2);
  expect(stdout.match(/6F9619FF/g)).toHaveLength(1_500);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain(String.raw`a\x1b[31mb`);
  expect(code).toBe(0);
});

test('the token is sent: --token before TAXINAV_TOKEN', async () => {
  const seen: (string | undefined)[] = [];
  await using bridge = await inPlaceOfTheBridge((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{"notifications":[]}');
  });
  await runHere(['notifications', 'list', '--http', bridge.url, '--token', 'one'], { env: { TAXINAV_TOKEN: 'two' } });
  await runHere(['notifications', 'list', '--http', bridge.url], { env: { TAXINAV_TOKEN: 'two' } });
  const none = await list(bridge.url);
  expect(seen).toEqual(['Bearer one', 'Bearer two', undefined]);
  expect(none).toMatchObject({ stdout: '', stderr: 'no notifications\n', code: 0 });
});

test('what the bridge refuses is exit code 3 with its words, escaped, and the candidates', async () => {
  const problem = {
    type: 'urn:taxinav:problem:ambiguous-column',
    title: 'Several columns',
    status: 409,
    detail: 'Choose\u001b one.',
    code: 'ambiguous-column',
    candidates: [{ columnId: 'north', guid: 'G' }],
  };
  await using bridge = await answering(409, JSON.stringify(problem));
  const { stderr, code } = await list(bridge.url);
  expect(stderr).toBe(`taxinav: ${bridge.url}: Several columns. Choose\\x1b one.\ntaxinav:   --column north   (G)\n`);
  expect(code).toBe(3);
});

test.each([
  [500, '<html>', 'HTTP status 500'],
  [200, '<html>', 'the answer is not what a bridge of this version gives'],
  [200, '{"notifications":[{}]}', 'the answer is not what a bridge of this version gives'],
  [302, '', 'the bridge cannot be reached (unexpected redirect)'],
])('an answer %i %j is a failure', async (status, body, expected) => {
  await using bridge = await answering(status, body);
  const { stderr, code } = await list(bridge.url);
  expect(stderr).toContain(expected);
  expect(code).toBe(1);
});

test('silence is no answer in time: exit code 4', async () => {
  await using bridge = await inPlaceOfTheBridge(() => undefined);
  const request = { method: 'GET', path: '/api/v1/notifications', schema: notificationPageSchema } as const;
  await expect(askBridge({ url: bridge.url, token: undefined }, request, 50)).rejects.toMatchObject({ code: 'noAnswer', exitCode: 4 });
});
