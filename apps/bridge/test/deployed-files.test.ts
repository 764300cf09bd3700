import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readConfiguration, type Configuration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';

const deployed = (name: string): Promise<string> => readFile(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

async function example(): Promise<Configuration> {
  const file = fileURLToPath(new URL('../deploy/example-postgres.yaml', import.meta.url));
  const read = readConfiguration(await deployed('example-postgres.yaml'), { file, hostName: 'test' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.configuration;
}

test('the example on PostgreSQL is a configuration without secrets of its own', async () => {
  const { database, http, pbx } = await example();
  expect(database.kind).toBe('postgres');
  expect(await deployed('example-postgres.yaml')).not.toMatch(/\b(?:password|token):/);
  expect([http.tokens.length, pbx.driver]).toEqual([2, 'asterisk']);
});

test('the balancer has a section for each column of the example, with its port, PROXY protocol v2 and a check by health', async () => {
  const { columns, trustedProxies, http } = await example();
  const haproxy = await deployed('two-bridges/haproxy.cfg');
  for (const { id, listen } of columns) {
    const section = haproxy.split(/^(?=listen )/m).find((each) => each.startsWith(`listen ${id}\n`)) ?? '';
    expect(section).toContain(`bind ${trustedProxies[0]}:${listen.port}\n`);
    expect(section).toContain(`server bridge-1 ${listen.host}:${listen.port}\n`);
    expect(section).toMatch(new RegExp(`default-server check port ${http.listen.port} .*send-proxy-v2`));
    expect(section).toContain('option httpchk GET /health/ready');
    expect(http.hosts).toContain(/http-check send hdr Host (\S+)/.exec(section)?.[1]);
  }
});

test('the unit gives a stop the time it needs, and starts again for ever: a database may come up later than the bridge', async () => {
  const unit = Object.fromEntries(
    (await deployed('systemd/taxinav-bridge.service'))
      .split('\n')
      .filter((line) => /^[A-Z]\w*=/.test(line))
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(unit).toMatchObject({ Restart: 'always', StartLimitIntervalSec: '0', NoNewPrivileges: 'yes', ProtectSystem: 'strict' });
  expect(Number(unit['TimeoutStopSec'])).toBeGreaterThan(10);
  // What proves a delivery is read in /proc/net, and Node compiles while it runs.
  for (const absent of ['RestartPreventExitStatus', 'ProcSubset', 'MemoryDenyWriteExecute'])
    expect(Object.keys(unit)).not.toContain(absent);
});

test('links of the pages lead to files that are there', async () => {
  for (const page of [
    'postgres.md',
    'two-bridges/two-bridges.md',
    'systemd/systemd.md',
    'container/container.md',
    'prometheus/prometheus.md',
    'asterisk/asterisk.md',
  ])
    for (const [, target = ''] of (await deployed(page)).matchAll(/\]\(([^)#:]+)\)/g))
      await expect(
        readFile(new URL(target, new URL(`../deploy/${page}`, import.meta.url)), 'utf8'),
        `${page}: ${target}`,
      ).resolves.toBeTruthy();
});
