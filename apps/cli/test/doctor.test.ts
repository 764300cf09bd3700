import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, writeFile } from 'node:fs/promises';
import type { ColumnsJson } from '@taxinav/bridge-contract';
import { closedPort, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { listen } from '@taxinav/transport';
import { describe, expect, test } from 'vitest';
import { askRunningBridge, knockedInVain } from '../src/doctor/bridge-checks.ts';
import { zoneIsRight } from '../src/doctor/clock-checks.ts';
import { jsonLines } from './run-cli.ts';
import { runHere } from './run-here.ts';
import { startBridge } from './running-bridge.ts';

const taxi = () => listen({ host: '127.0.0.1', port: 0 }, () => Promise.resolve(undefined));

async function configuration(
  folder: TemporaryFolder,
  navigator: number,
  { listening = 0, http = 0, column = '', more = '' } = {},
): Promise<string> {
  const file = folder.file('taxinav.yaml');
  await writeFile(
    file,
    `columns:
  - { id: north, listen: "127.0.0.1:${listening}", navigator: "127.0.0.1:${navigator}", status: "127.0.0.1:${navigator}"${column} }
http: { listen: "127.0.0.1:${http}" }
${more}`,
  );
  return file;
}

describe.concurrent('doctor', () => {
  test('with everything in order it ends with 0, a line each, before the bridge runs', async () => {
    await using folder = await temporaryFolder();
    await using peer = await taxi();
    const { stdout, stderr, code } = await runHere(['doctor', '--config', await configuration(folder, peer.port)]);
    expect(stdout).toMatch(/^ok {4}configuration {2}\S+ is in order; columns: north$/m);
    for (const line of [
      'bridge         none runs',
      'ports          127.0.0.1:0 (north.listen) is free',
      'navigator      127.0.0.1:',
      'database       sqlite:',
      'disk',
      'secrets',
      'clock          in Europe/Kyiv it is',
      'speech',
    ])
      expect(stdout).toContain(`ok    ${line}`);
    expect(stdout).not.toMatch(/^(?:warn|fail)/m);
    expect(stderr).toMatch(/^\d+ in order, 0 warnings, 0 failures$/m);
    expect(code).toBe(0);
  });

  test('what is wrong is said with what to do, and ends with 1', async () => {
    await using folder = await temporaryFolder();
    await using taken = await taxi();
    const file = await configuration(folder, await closedPort(), {
      listening: taken.port,
      column: ', allow: [192.0.2.1]',
      more: `database: sqlite:away/taxinav.db\nhttp: { listen: "127.0.0.1:0", tokens: [{ name: me, role: viewer, token: short }] }`.replace(
        /^http.*$/m,
        '',
      ),
    });
    const { stdout, code } = await runHere(['doctor', '--config', file, '--json']);
    const findings = jsonLines(stdout);
    for (const [check, verdict, detail] of [
      ['ports', 'fail', 'is in use by another program'],
      ['navigator', 'fail', 'no connection (ECONNREFUSED)'],
      ['allow', 'warn', 'does not let in 127.0.0.1'],
      ['database', 'fail', 'cannot be made'],
    ] as const)
      expect(findings).toContainEqual({ check, verdict, detail: expect.stringContaining(detail), remedy: expect.any(String) });
    expect(code).toBe(1);
  });

  test('a configuration that is not in order is said line by line, and nothing else is looked at', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('bad.yaml'), 'colums: []\n');
    const { stdout, code } = await runHere(['doctor', '--config', folder.file('bad.yaml'), '--json']);
    expect(jsonLines(stdout).every(({ check, verdict }) => check === 'configuration' && verdict === 'fail')).toBe(true);
    expect(stdout).toMatch(/colums/);
    expect(code).toBe(1);
  });

  test('a database that is none is a failure with the runbook', async () => {
    await using folder = await temporaryFolder();
    await using peer = await taxi();
    await writeFile(folder.file('taxinav.db'), 'nothing of the kind '.repeat(100));
    const { stdout } = await runHere(['doctor', '--config', await configuration(folder, peer.port)]);
    expect(stdout).toMatch(/^fail {2}database .* is not a SQLite database/m);
    expect(stdout).toContain('taxinav db restore BACKUP');
  });

  test('secrets that are short, missing or for everybody to read are said', async () => {
    await using folder = await temporaryFolder();
    await using peer = await taxi();
    const file = await configuration(folder, peer.port, {
      more: `pbx: { driver: asterisk, asterisk: { url: "http://127.0.0.1:1/ari" } }\nspeech: { engine: none, phrases: { "Так": { ringOnly: true } } }`,
    });
    await chmod(file, 0o644);
    const { stdout } = await runHere(['doctor', '--config', file]);
    expect(stdout).toMatch(/^warn {2}secrets +pbx\.asterisk\.password is the default$/m);
    expect(stdout).toMatch(/^fail {2}asterisk +.*no connection to Asterisk/m);
  });

  test('beside a bridge that runs: its ports are its own, and nobody was turned away', { timeout: 120_000 }, async () => {
    await using peer = await taxi();
    const navigator = `127.0.0.1:${peer.port}`;
    const port = await closedPort();
    await using bridge = await startBridge(
      { navigator, status: navigator },
      { listen: `127.0.0.1:${port}`, http: `127.0.0.1:${await closedPort()}` },
    );
    const before = await runHere(['doctor', '--config', bridge.file]);
    expect(before.stdout).toMatch(/^ok {4}bridge +runs at http:\S+ and is ready$/m);
    expect(before.stdout).toMatch(new RegExp(`^ok {4}ports +127\\.0\\.0\\.1:${port} \\(north\\.listen\\) is open: the bridge's own$`, 'm'));
    expect(before.stdout).toMatch(/^ok {4}allow +nobody was turned away/m);
    expect(before.stdout).toMatch(/^ok {4}database +sqlite:\S+ opens, schema 000\d/m);
    expect(before.code).toBe(0);
  });

  test('beside a bridge with another configuration: that is said, and its ports are nobody’s own', { timeout: 120_000 }, async () => {
    await using folder = await temporaryFolder();
    await using peer = await taxi();
    const navigator = `127.0.0.1:${peer.port}`;
    const [port, http] = [await closedPort(), await closedPort()];
    await using _bridge = await startBridge({ navigator, status: navigator }, { listen: `127.0.0.1:${port}`, http: `127.0.0.1:${http}` });
    const file = await configuration(folder, peer.port, { listening: await closedPort(), http });
    const { stdout, code } = await runHere(['doctor', '--config', file]);
    expect(stdout).toMatch(
      new RegExp(`^fail {2}bridge +another bridge, \\S+, answers at .*: its columns are north \\(127\\.0\\.0\\.1:${port}\\), here`, 'm'),
    );
    expect(stdout).toMatch(/^ok {4}ports +\S+ \(north\.listen\) is free$/m);
    expect(code).toBe(1);
  });
});

test('whom a bridge has turned away is read from its metrics, and a token that is missing is said', async () => {
  let status = 200;
  const server = createServer((_request, response) => {
    response
      .writeHead(status)
      .end('taxinav_connections_total{column="north",reason="not-allowed"} 3\ntaxinav_connections_total{column="north",reason="idle"} 9\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: undefined };
  expect(await knockedInVain(target)).toEqual([
    expect.objectContaining({ verdict: 'warn', detail: 'column north has turned away 3 connections since the bridge started' }),
  ]);
  status = 401;
  expect(await knockedInVain(target)).toEqual([expect.objectContaining({ verdict: 'warn', remedy: 'give a token with --token.' })]);
  server.close();
  server.closeAllConnections();
  expect(await knockedInVain(target)).toEqual([expect.objectContaining({ verdict: 'warn' })]);
});

test('whom a bridge has turned away is named, at most five a column', async () => {
  const peer = { address: '127.0.0.1:1', state: 'unknown' } as const;
  const column = (id: string, knocks: number): ColumnsJson['columns'][number] => ({
    id,
    listen: '127.0.0.1:6301',
    listening: true,
    connections: 0,
    channels: { inUse: 0, of: 4 },
    queued: 0,
    dialling: 0,
    reportsOwed: 0,
    deadLetters: 0,
    navigator: peer,
    status: peer,
    refused: Array.from({ length: knocks }, (_, index) => ({
      address: `192.0.2.${index}`,
      reason: 'not-allowed',
      count: index + 1,
      lastAt: '2026-11-03T13:21:30.000Z',
    })),
  });
  const columns = (...knocks: readonly number[]): ColumnsJson => ({
    node: 'test',
    columns: knocks.map((count, index) => column(`c${index}`, count)),
    channels: { inUse: 0, of: 4, reserve: 1 },
    pbx: { driver: 'simulated', state: 'ready', alarms: [] },
  });
  const target = { url: 'http://127.0.0.1:1', token: undefined };
  expect(await knockedInVain(target, columns(0, 0))).toEqual([expect.objectContaining({ verdict: 'ok' })]);
  const [finding, another] = await knockedInVain(target, columns(0, 7));
  expect(finding?.detail).toMatch(
    /^column c1 has turned away 192\.0\.2\.0 \(not-allowed, 1 time, last 2026-11-03T13:21:30\.000Z\), .*192\.0\.2\.4 \(not-allowed, 5 times, .*, and 2 more$/,
  );
  expect(another).toBeUndefined();
});

test('what a bridge has noticed of its PBX and of itself is passed on', async () => {
  const pbx = { driver: 'asterisk', state: 'away', alarms: [{ endpoint: 'PJSIP/{number}@trunk', since: '2026-11-03T13:21:30.000Z' }] };
  const answers: Readonly<Record<string, object>> = {
    '/health/ready': { status: 'notReady', checks: [{ name: 'listeners', ok: false, detail: 'not listening: north' }] },
    '/api/v1/columns': { node: 'test', columns: [], channels: { inUse: 0, of: 4, reserve: 1 }, pbx },
  };
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/health/ready' ? 503 : 200).end(JSON.stringify(answers[request.url ?? ''])),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: undefined };
  const running = await askRunningBridge(target);
  expect(running?.findings.map(({ verdict, detail }) => `${verdict} ${detail}`)).toEqual([
    'fail listeners: not listening: north',
    'fail its PBX is away',
    'warn the last calls over PJSIP/{number}@trunk ended without ringing, since 2026-11-03T13:21:30.000Z',
  ]);
  server.close();
  server.closeAllConnections();
  expect(await askRunningBridge(target)).toBeUndefined();
});

test('a clock that is about to change is told beforehand', () => {
  const findings = zoneIsRight('Europe/Kyiv', Date.UTC(2026, 9, 20, 12));
  expect(findings.map(({ detail }) => detail).join('\n')).toMatch(/2026-10-2\d the clock there goes from GMT\+03:00 to GMT\+02:00/);
  expect(zoneIsRight('Europe/Kyiv', Date.UTC(2026, 5, 1))).toHaveLength(1);
});
