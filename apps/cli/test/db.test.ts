import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { parseGuid, parsePhoneNumber } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { startPostgres, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines, runCli } from './run-cli.ts';
import { runHere } from './run-here.ts';

let samples: TemporaryFolder;

beforeAll(async () => {
  samples = await temporaryFolder();
  await using store = await openSqliteStore({ path: samples.file('sample.db') });
  const tracker = createTracker(store, () => DEFAULT_POLICY);
  const [guid, phone] = [parseGuid('6F9619FF-8B86-D011-B42D-00CF4FC964FF'), parsePhoneNumber('0671234561')];
  if (guid === undefined || phone === undefined) throw new Error('an example that cannot be read');
  await tracker.accept({ now: 1_790_000_000_000, columnId: 'north', guid, phone, text: 'Машина подана', peer: '127.0.0.1' });
  await tracker.setDialling({ now: 1_790_000_000_000, enabled: false, reason: 'a test' });
});

afterAll(async () => await samples[Symbol.asyncDispose]());

async function sample(folder: TemporaryFolder): Promise<string> {
  await copyFile(samples.file('sample.db'), folder.file('taxinav.db'));
  return folder.file('taxinav.db');
}

const damaged = async (path: string): Promise<void> => {
  const bytes = await readFile(path);
  bytes.fill(0x5a, 4_096, 12_288);
  await writeFile(path, bytes);
};

describe.concurrent('SQLite', () => {
  test('verify says sound, with schema and counts, and leaves the file as it is', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const before = await readFile(path);
    const { stdout, code } = await runHere(['db', 'verify', '--database', `sqlite:${path}`]);
    expect(stdout).toMatch(
      /^sound {2}sqlite:\S+ {2}schema 000\d-\S+\n {2}rows: setting \d+, round 1, attempt 0, status_change 1, report 1/,
    );
    expect(code).toBe(0);
    expect(await readFile(path)).toEqual(before);
  });

  test('a damaged one is not sound, and what to do is said with the commands', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    await damaged(path);
    const verified = await runHere(['db', 'verify', '--database', `sqlite:${path}`, '--json']);
    expect(verified.code).toBe(1);
    expect(verified.stdout + verified.stderr).toMatch(/damaged/);
    expect(verified.stderr).toContain('What to do with a damaged database:');
    expect(verified.stderr).toContain(`taxinav db restore BACKUP --database sqlite:${path}`);
    await writeFile(path, 'no database at all, only some words'.repeat(300));
    const used = await runHere(['dialling', 'show', '--database', `sqlite:${path}`]);
    expect(used.stderr).toContain('is not a SQLite database');
    expect(used.stderr).toContain('What to do with a damaged database:');
    expect(used.code).toBe(1);
  });

  test('a broken promise makes it unsound', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const breaking = new Database(path);
    breaking.exec(`UPDATE report SET head = 0`);
    breaking.close();
    const { stdout, stderr, code } = await runHere(['db', 'verify', '--database', `sqlite:${path}`]);
    expect(stdout).toMatch(/^not sound .*\n.*\n {2}✗ broken 1 times: of the reports owed/);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test('backup into a file or a folder, then restore: what stood there is kept aside', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const made = await runHere(['db', 'backup', folder.path, '--database', `sqlite:${path}`, '--json']);
    const { file, bytes } = jsonLines(made.stdout)[0] as { file: string; bytes: number };
    expect(file).toMatch(/taxinav-\d{8}T\d{6}Z\.db$/);
    expect((await stat(file)).size).toBe(bytes);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await runHere(['db', 'backup', file, '--database', `sqlite:${path}`])).stderr).toContain('the target exists');

    await damaged(path);
    const restored = await runHere(['db', 'restore', file, '--database', `sqlite:${path}`]);
    expect(restored.stdout).toMatch(/is now .*\nwhat stood there is \S+\.before-\d{8}T\d{6}Z\n/);
    expect(restored.code).toBe(0);
    expect((await runHere(['db', 'verify', '--database', `sqlite:${path}`])).code).toBe(0);
    expect((await readdir(folder.path)).filter((name) => /before-.*Z$/.test(name))).toHaveLength(1);

    await damaged(file);
    const refused = await runHere(['db', 'restore', file, '--database', `sqlite:${path}`]);
    expect(refused.code).toBe(1);
    expect((await runHere(['db', 'verify', '--database', `sqlite:${path}`])).code).toBe(0);
  });

  test('a database in use is neither restored over nor migrated', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const backup = folder.file('backup.db');
    expect((await runCli(['db', 'backup', backup, '--database', `sqlite:${path}`])).code).toBe(0);
    await using store = await openSqliteStore({ path });
    const args = ['--database', `sqlite:${path}`];
    for (const command of [
      ['db', 'restore', backup, ...args],
      ['db', 'migrate', ...args],
      ['db', 'copy', '--from', `sqlite:${path}`, '--to', `sqlite:${folder.file('other.db')}`],
    ]) {
      const { stderr, code } = await runCli(command);
      expect(stderr, command.join(' ')).toContain('is in use by another process');
      expect(code).toBe(1);
    }
    expect((await runCli(['db', 'verify', ...args])).code).toBe(0);
    await store.close();
  });

  test('an older one is changed by migrate alone', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('new.db'), '');
    const database = `sqlite:${folder.file('new.db')}`;
    const { stderr, code } = await runHere(['dialling', 'stop', '--database', database]);
    expect(stderr).toContain('run: taxinav db migrate');
    expect(code).toBe(1);
    expect((await stat(folder.file('new.db'))).size).toBe(0);
  });

  test('migrate says what it applied', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const same = await runHere(['db', 'migrate', '--database', `sqlite:${path}`]);
    expect(same.stdout).toMatch(/is up to date: 000\d-/);
    await writeFile(folder.file('new.db'), '');
    const fresh = await runHere(['db', 'migrate', '--database', `sqlite:${folder.file('new.db')}`, '--json']);
    expect(jsonLines(fresh.stdout)[0]).toMatchObject({ applied: expect.arrayContaining(['0001-notifications']) });
    expect((await runHere(['db', 'migrate', '--database', `sqlite:${folder.file('away.db')}`])).stderr).toContain(
      'there is no such database',
    );
  });
});

const server = await startPostgres({ fsync: false });
afterAll(async () => {
  if (!('absent' in server)) await server.stop();
});

describe.skipIf('absent' in server)('PostgreSQL', () => {
  test('copied there and back, verified, backed up; a database with rows is refused', { timeout: 120_000 }, async () => {
    if ('absent' in server) return;
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const copied = await runHere(['db', 'copy', '--from', `sqlite:${path}`, '--to', server.url, '--json']);
    expect(copied.stderr).toContain('the same rows and digest in both');
    expect(copied.code).toBe(0);
    expect(jsonLines(copied.stdout).find(({ table }) => table === 'round')).toMatchObject({ rows: 1, lastSerial: 1 });
    const [verified, shown, backedUp, again] = await Promise.all([
      runHere(['db', 'verify', '--database', server.url]),
      runHere(['dialling', 'show', '--database', server.url]),
      runHere(['db', 'backup', folder.file('backup.db'), '--database', server.url]),
      runHere(['db', 'copy', '--from', `sqlite:${path}`, '--to', server.url]),
    ]);
    expect(verified.stdout).toMatch(/^sound {2}postgres:/);
    expect(shown.stdout).toMatch(/^stopped: a test/);
    expect(backedUp.code).toBe(0);
    expect((await readdir(folder.path)).toSorted((a, b) => a.localeCompare(b)).filter((name) => name.startsWith('backup'))).toEqual([
      'backup.db',
    ]);
    expect(again.stderr).toContain('The target is not empty');
    expect(again.code).toBe(1);
    const back = await runHere(['db', 'copy', '--from', server.url, '--to', `sqlite:${folder.file('back.db')}`, '--json']);
    expect(jsonLines(back.stdout)).toEqual(jsonLines(copied.stdout));
    expect((await stat(folder.file('back.db'))).mode & 0o777).toBe(0o600);
    const restore = await runHere(['db', 'restore', folder.file('backup.db'), '--database', server.url]);
    expect(restore.stderr).toContain(`taxinav db copy --from sqlite:${folder.file('backup.db')}`);
    expect(restore.code).toBe(2);
  });
});

test('a password is never printed', async () => {
  const { stderr, code } = await runHere(['db', 'verify', '--database', 'postgres://taxi:geheim@127.0.0.1:1/taxi']);
  expect(stderr).toContain('127.0.0.1:1');
  expect(stderr).not.toContain('geheim');
  expect(code).toBe(1);
  expect((await runHere(['db', 'verify'])).code).toBe(2);
  expect((await runHere(['db', 'copy', '--to', 'sqlite:x'])).code).toBe(2);
});
