import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';

/** A bridge that gives these answers, the last of them for ever, and what it was asked. */
async function answering(status: number, ...bodies: readonly object[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${text}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(bodies[asked.length - 1] ?? bodies.at(-1)));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

test('retention and erase ask the bridge, which knows its days and the calls that are alive', async () => {
  await using bridge = await answering(200, { rows: 7 });
  const retained = await runHere(['retention', '--http', bridge.url, '--json']);
  const erased = await runHere(['erase', '0675040279', '--yes', '--http', bridge.url, '--json']);
  expect(bridge.asked).toEqual(['POST /api/v1/retention {}', 'POST /api/v1/erasures {"phone":"0675040279"}']);
  expect(jsonLines(retained.stdout)).toEqual([{ rows: 7 }]);
  expect(jsonLines(erased.stdout)).toEqual([{ phone: '067***0279', rows: 7 }]);
});

test('a bridge that has more to remove than fits into one answer is asked again', async () => {
  await using bridge = await answering(200, { rows: 4_000, more: true }, { rows: 4_000, more: true }, { rows: 12 });
  const retained = await runHere(['retention', '--http', bridge.url, '--json']);
  expect([jsonLines(retained.stdout), bridge.asked.length]).toEqual([[{ rows: 8_012 }], 3]);
});

test('a bridge that cannot be asked says so, and the command what to do', async () => {
  const problem = { type: 'urn:taxinav:problem:not-found', title: 'Not found', status: 404, code: 'not-found' };
  await using bridge = await answering(404, problem);
  const retained = await runHere(['retention', '--http', bridge.url]);
  expect(retained.stderr).toContain('it removes what is old by itself, every hour');
  const erased = await runHere(['erase', '0675040279', '--yes', '--http', bridge.url]);
  expect(erased.stderr).toContain('stop it and give --config FILE or --database');
  expect([retained.code, erased.code]).toEqual([3, 3]);
});

test('days of one’s own are no bridge’s, and an answer that is none is a failure', async () => {
  await using bridge = await answering(200, { status: 'live' });
  expect((await runHere(['retention', '--http', bridge.url, '--text-days', '3'])).code).toBe(2);
  expect((await runHere(['retention', '--http', bridge.url])).stderr).toContain('is not what a bridge of this version gives');
});
