import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { listen, systemClock, type ListenOptions } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { CALL_CENTER_CHECKS } from '../src/conform/callcenter/checks.ts';
import type { CheckResult } from '../src/conform/check.ts';
import { NAVIGATOR_CHECKS } from '../src/conform/navigator/checks.ts';
import { NavigatorBench } from '../src/conform/navigator/context.ts';
import { runChecks } from '../src/conform/run-checks.ts';
import { slowChecks } from '../src/conform/slow-checks.ts';

/** The same rules, a hundred times as fast. */
const QUICK = { messageMs: 250, idleMs: 500, graceMs: 300 };

async function judged(port: number): Promise<readonly CheckResult[]> {
  const peer = { host: '127.0.0.1', port };
  const bench = new NavigatorBench({ peer, status: peer, timeoutMs: 1_000, callerId: '0675040279', now: () => systemClock.monotonic() });
  const options = { open: () => bench.open(), together: () => 8, limitMs: 1_000, onResult: () => undefined };
  return await runChecks(slowChecks('an ACK with OK to each Call', QUICK), options);
}

const navigator = (options: Partial<ListenOptions>) =>
  listen({ host: '127.0.0.1', port: 0, ...options }, (received) =>
    Promise.resolve('message' in received && received.message === 'Call' ? { message: 'ACK', error: 'OK' } : undefined),
  );

const verdicts = (results: readonly CheckResult[]) => Object.fromEntries(results.map(({ check, verdict }) => [check.id, verdict]));

test('who keeps the times passes [reading 27] [reading 30]', async () => {
  await using peer = await navigator({ messageDeadlineMs: QUICK.messageMs, idleMs: QUICK.idleMs });
  expect(verdicts(await judged(peer.port))).toEqual({
    'deadline-unfinished-message': 'pass',
    'deadline-slow-message': 'pass',
    'deadline-silent-connection': 'pass',
    'deadline-quiet-afterwards': 'pass',
  });
});

test('who waits for ever is caught at both times', async () => {
  await using peer = await navigator({ messageDeadlineMs: 60_000, idleMs: 60_000 });
  expect(verdicts(await judged(peer.port))).toEqual({
    'deadline-unfinished-message': 'fail',
    'deadline-slow-message': 'pass',
    'deadline-silent-connection': 'fail',
    'deadline-quiet-afterwards': 'pass',
  });
});

test('who ends whoever is quiet for a moment is caught at the other two', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.setTimeout(100, () => socket.destroy());
    socket.on('data', (bytes) => {
      if (bytes.toString().endsWith('\r\n\r\n')) socket.write('Message: ACK\r\nError: OK\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    expect(verdicts(await judged((server.address() as AddressInfo).port))).toMatchObject({
      'deadline-unfinished-message': 'pass',
      'deadline-slow-message': 'fail',
      'deadline-silent-connection': 'pass',
      'deadline-quiet-afterwards': 'fail',
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

test('both sides have them, and neither runs them unasked: `conform.test.ts` would take minutes', () => {
  for (const checks of [NAVIGATOR_CHECKS, CALL_CENTER_CHECKS])
    expect(checks.filter(({ phase }) => phase === 'slow').map(({ group }) => group)).toEqual(Array(4).fill('deadline'));
});
