import { readFile } from 'node:fs/promises';
import { formatProblem, readConfiguration, type Configuration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';

const deployed = (name: string): Promise<string> => readFile(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

function read(name: string, text: string): Configuration {
  const result = readConfiguration(text, { file: name, hostName: 'test' });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.configuration;
}

async function example(name = 'example-postgres.yaml'): Promise<Configuration> {
  return read(name, await deployed(name));
}

/** The pages, and the README that leads to them. */
const PAGES = [
  '../README.md',
  'postgres.md',
  'two-bridges/two-bridges.md',
  'systemd/systemd.md',
  'container/container.md',
  'prometheus/prometheus.md',
  'asterisk/asterisk.md',
  'asterisk/freepbx.md',
];

test('the example on PostgreSQL is a configuration without secrets of its own', async () => {
  const { database, http, pbx } = await example();
  expect(database.kind).toBe('postgres');
  expect(await deployed('example-postgres.yaml')).not.toMatch(/\b(?:password|token):/);
  expect([http.tokens.length, pbx.driver]).toEqual([2, 'asterisk']);
});

test('the example beside an Asterisk has its password in a file: the one in ari.conf is the reader’s own', async () => {
  const { driver, asterisk } = (await example('example-asterisk.yaml')).pbx;
  expect({ driver, ...asterisk }).toMatchObject({ driver: 'asterisk', passwordFile: 'ari-password', audio: { kind: 'path' } });
  expect(await deployed('example-asterisk.yaml')).not.toMatch(/\bpassword:/);
});

test.each(['example-asterisk.yaml', 'example-postgres.yaml'])(
  'every way out of deploy/%s is a context of the dialplan to paste',
  async (name) => {
    const dialplan = await deployed('asterisk/extensions.conf');
    const contexts = new Set([...dialplan.matchAll(/^\[([^\]]+)\]/gm)].map(([, context]) => `Local/{number}@${context}`));
    const endpoints = (await example(name)).columns.flatMap(({ routes }) => routes).map(({ endpoint }) => endpoint);
    expect(endpoints.length).toBeGreaterThan(0);
    expect(endpoints.filter((endpoint) => !contexts.has(endpoint))).toEqual([]);
  },
);

test.each(PAGES)('every YAML in %s has only keys and values that the configuration takes', async (page) => {
  const blocks = [...(await deployed(page)).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const column =
    'columns: [{ id: north, listen: 127.0.0.1:6301, navigator: 127.0.0.1:6010, status: 127.0.0.1:6001, operator: PJSIP/100 }]\n';
  for (const block of blocks.filter((each) => !each.includes('scrape_configs')))
    expect(() => read(page, /^columns:/m.test(block) ? block : column + block)).not.toThrow();
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
  // Asterisk passes through to the folder of sounds, which is its group's; the database is not on that way.
  expect(unit).toMatchObject({ CacheDirectoryMode: '0711', StateDirectoryMode: '0700', UMask: '0027' });
  expect(Number(unit['TimeoutStopSec'])).toBeGreaterThan(10);
  // What proves a delivery is read in /proc/net, and Node compiles while it runs.
  for (const absent of ['RestartPreventExitStatus', 'ProcSubset', 'MemoryDenyWriteExecute'])
    expect(Object.keys(unit)).not.toContain(absent);
});

test('links of the pages lead to files that are there', async () => {
  for (const page of PAGES)
    for (const [, target = ''] of (await deployed(page)).matchAll(/\]\(([^)#:]+)\)/g))
      await expect(
        readFile(new URL(target, new URL(`../deploy/${page}`, import.meta.url)), 'utf8'),
        `${page}: ${target}`,
      ).resolves.toBeTruthy();
});
