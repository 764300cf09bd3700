import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { configurationText, openSite, type Site } from '../site.ts';

/** Starts a bridge that cannot start; returns the one line it says. */
async function refusal(site: Site): Promise<string> {
  const bridge = site.launch();
  expect(await bridge.exited).toEqual({ code: 78, signal: null });
  expect(site.log.entries.filter(({ run, event }) => run === bridge.run && event === 'ready')).toEqual([]);
  const [line, ...more] = bridge.errors;
  expect(more).toEqual([]);
  return line ?? '';
}

/** Writes the configuration of a site that exists, otherwise. */
function configure(site: Site, wanted: Readonly<Record<string, string>>): void {
  const columns = site.columns.map(({ id, port, navigator }) => ({ id, port, navigatorPort: navigator.port }));
  writeFileSync(site.configurationFile, configurationText(columns, wanted));
}

async function occupy(port = 0): Promise<Server & AsyncDisposable> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP port');
  return address.port;
}

test("a column's port in use: exit 78 and one line with address, cause and remedy", async () => {
  await using site = await openSite();
  await using _other = await occupy(site.north.port);
  const line = await refusal(site);
  expect(line).toContain('127.0.0.1');
  expect(line).toContain(String(site.north.port));
  expect(line).toMatch(/EADDRINUSE|in use/);
  expect(line).toMatch(/choose another port/);
});

test('the HTTP port in use: exit 78, one line, and nobody was called or told meanwhile', async () => {
  await using site = await openSite({ configuration: { dialling: '{ channels: 1, reserve: 0, ringSeconds: 30, timeToLiveSeconds: 60 }' } });
  // One rings; two wait in the database, to be dialled at once by whoever starts with more channels.
  const first = await site.start();
  await site.say('333');
  first.signal('SIGKILL');
  await first.exited;
  await using other = await occupy();
  configure(site, { http: `{ listen: 127.0.0.1:${portOf(other)} }` });
  const line = await refusal(site);
  expect(line).toContain(`127.0.0.1:${portOf(other)}`);
  expect(line).toMatch(/EADDRINUSE|in use/);
  expect(site.log.entries.filter(({ run, event }) => run === 2 && (event === 'attempt' || event === 'status'))).toEqual([]);
});

test('a folder for the database that cannot be used: exit 78 and one line that names it', async () => {
  await using site = await openSite();
  mkdirSync(site.folder.file('closed'), { mode: 0o500 });
  // For root no folder is closed; then one in which the system itself allows no file.
  const folder = process.getuid?.() === 0 ? '/proc' : site.folder.file('closed');
  configure(site, { database: `sqlite:${folder}/taxinav.db` });
  const line = await refusal(site);
  expect(line).toContain(folder);
  expect(line).toMatch(/cannot be (written|made)/);
});

test('a folder for the database that is not there: exit 78 and one line that names it', async () => {
  await using site = await openSite();
  configure(site, { database: 'sqlite:missing/taxinav.db' });
  const line = await refusal(site);
  expect(line).toContain(site.folder.file('missing'));
  expect(line).toContain('Make it');
});

test('a file that is no database: exit 78 and one line that names it', async () => {
  await using site = await openSite();
  writeFileSync(
    site.folder.file('taxinav.db'),
    'not a database at all, but a text that is longer than a header of a hundred bytes would be. '.repeat(9),
  );
  const line = await refusal(site);
  expect(line).toContain(site.folder.file('taxinav.db'));
  expect(line).toContain('not a SQLite database');
});

test('a database of a newer version: exit 78, one line that names its migration, and the file is as before', async () => {
  await using site = await openSite();
  const first = await site.start();
  first.signal('SIGTERM');
  await first.exited;
  const database = new Database(site.folder.file('taxinav.db'));
  database.exec(`insert into taxinav_migration (position, name, applied_at) values (999, '9999-of-the-future', 0)`);
  database.close();
  const line = await refusal(site);
  expect(line).toContain('9999-of-the-future');
  expect(line).toMatch(/newer version/);
  expect(line).toMatch(/Start that version again|restore/);
});

test('a database that another bridge uses: exit 78 and one line, and the other goes on', async () => {
  await using site = await openSite();
  await site.start();
  const { north } = site;
  const second = site.folder.file('second.yaml');
  writeFileSync(second, configurationText([{ id: 'north', port: 0, navigatorPort: north.navigator.port }]));
  const bridge = site.launch({ configurationFile: second });
  expect(await bridge.exited).toEqual({ code: 78, signal: null });
  expect(bridge.errors).toHaveLength(1);
  expect(bridge.errors[0]).toMatch(/in use by another process/);
  await site.say('5');
  await site.drain();
});

test.each([
  ['broken YAML', (text: string) => text.replace('Etc/UTC', '"Etc/UTC'), /not YAML/],
  ['an unknown key', (text: string) => text.replace('timezone:', 'timezoen:'), /timezoen.*timezone/],
  ['a value out of its bounds', (text: string) => text.replace('attempts: 2', 'attempts: 0'), /dialling\.attempts/],
])('%s: exit 78 and one line with file, line, column, cause and remedy', async (_name, spoil, cause) => {
  await using site = await openSite();
  const columns = site.columns.map(({ id, port, navigator }) => ({ id, port, navigatorPort: navigator.port }));
  writeFileSync(site.configurationFile, spoil(configurationText(columns)));
  const line = await refusal(site);
  expect(line).toMatch(/taxinav\.yaml:\d+:\d+/);
  expect(line).toMatch(cause);
  // Cause and remedy are sentences of their own.
  expect(line).toMatch(/: .+\. [A-Z]/);
  const socket = connect({ port: site.north.port, host: '127.0.0.1' });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('a configuration file that is not there: exit 78 and one line that names it', async () => {
  await using site = await openSite();
  const bridge = site.launch({ configurationFile: site.folder.file('nowhere.yaml') });
  expect(await bridge.exited).toEqual({ code: 78, signal: null });
  expect(bridge.errors).toHaveLength(1);
  expect(bridge.errors[0]).toContain(site.folder.file('nowhere.yaml'));
});
