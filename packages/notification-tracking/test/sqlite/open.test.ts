import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/sqlite/index.ts';
import type { TrackingError } from '../../src/errors.ts';
import { migrate } from '../../src/migrator.ts';
import type { WorkerStart } from '../../src/sqlite/messages.ts';
import { openError } from '../../src/sqlite/open-database.ts';
import { openWriter } from '../../src/sqlite/writer.ts';
import { openSqliteStoreWith } from '../../src/sqlite/store.ts';
import { DatabaseFolder, TABLES } from './database-folder.ts';
import { migrationDatabase } from './migration-database.ts';
import { COMMANDS, MIGRATIONS, QUERIES } from './tables.ts';

const failed = 'TRACKING_STORE_OPEN_FAILED';

/** What the writer's thread would be refused with, without the thread. */
async function openingError(path: string, change: Partial<WorkerStart> = {}): Promise<TrackingError> {
  const start: WorkerStart = {
    role: 'write',
    path,
    tables: TABLES.href,
    driver: 'better-sqlite3',
    openedAt: 1_000,
    holder: 'this test',
    busyTimeoutMs: 50,
    ballastBytes: 0,
    lowWaterBytes: 0,
    ...change,
  };
  try {
    (await openWriter(start, { COMMANDS, MIGRATIONS, QUERIES }, () => undefined)).close();
  } catch (error) {
    return openError(path, error);
  }
  throw new Error(`${path} was opened`);
}

test('a missing folder is refused, with the folder and the remedy', async () => {
  using database = new DatabaseFolder();
  const path = join(database.folder, 'missing', 'taxinav.db');
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: failed,
    message: expect.stringMatching(/missing does not exist\. Make it/),
  });
});

test('a file that is no database is refused and not touched', async () => {
  using database = new DatabaseFolder();
  writeFileSync(database.path, 'a letter, not a database\n'.repeat(100));
  await expect(database.open()).rejects.toMatchObject({
    code: failed,
    message: expect.stringMatching(/not a SQLite database.*Correct the path/),
  });
  expect(statSync(database.path).size).toBe(2500);
});

test('a damaged lock file is refused with what may be done about it', async () => {
  using database = new DatabaseFolder();
  writeFileSync(`${database.path}-lock`, 'a letter, not a database\n'.repeat(100));
  expect(await openingError(database.path)).toMatchObject({
    code: failed,
    message: expect.stringMatching(/lock file .*SQLITE_NOTADB.*may be deleted/),
  });
});

test('a folder in place of the file is refused', async () => {
  using database = new DatabaseFolder();
  mkdirSync(database.path);
  expect(await openingError(database.path)).toMatchObject({
    code: failed,
    message: expect.stringContaining('cannot be opened for writing'),
  });
});

test('a folder that takes no files is refused', async () => {
  expect(await openingError('/proc/taxinav.db')).toMatchObject({
    code: failed,
    message: expect.stringMatching(/cannot be made.*Let the bridge's user write in \/proc/),
  });
});

test('a missing better-sqlite3 is refused with the command that installs it', async () => {
  using database = new DatabaseFolder();
  await expect(database.open({}, { driver: 'better-sqlite3-not-installed' })).rejects.toMatchObject({
    code: failed,
    message: expect.stringMatching(/is not installed.*npm install better-sqlite3/),
  });
});

test('a better-sqlite3 that does not load is refused with the system it was met on', async () => {
  using database = new DatabaseFolder();
  const driver = join(database.folder, 'broken.cjs');
  writeFileSync(driver, `throw Object.assign(new Error('invalid ELF header'), { code: 'ERR_DLOPEN_FAILED' });`);
  expect(await openingError(database.path, { driver })).toMatchObject({
    code: failed,
    message: expect.stringMatching(/does not load on this system \(linux .*invalid ELF header/),
  });
});

test('a write thread that ends while it starts is refused', async () => {
  using database = new DatabaseFolder();
  const tables = new URL(`data:text/javascript,${encodeURIComponent('process.exit(4)')}`);
  await expect(database.open({}, { tables })).rejects.toMatchObject({ code: failed, message: expect.stringContaining('exit code 4') });
});

test('a database that another program holds is refused', async () => {
  using database = new DatabaseFolder();
  const shell = new BetterSqlite(database.path);
  try {
    shell.exec('PRAGMA journal_mode = WAL');
    shell.exec('PRAGMA locking_mode = EXCLUSIVE');
    shell.exec('BEGIN EXCLUSIVE');
    expect(await openingError(database.path)).toMatchObject({
      code: failed,
      message: expect.stringMatching(/another program holds it.*Close that program/),
    });
  } finally {
    shell.close();
  }
});

test('a file that a newer version has used is refused and not touched', async () => {
  using database = new DatabaseFolder();
  const newer = new BetterSqlite(database.path);
  newer.exec('PRAGMA journal_mode = WAL');
  migrate(
    migrationDatabase(newer),
    [...MIGRATIONS, { name: '0002-newer', statements: { sqlite: ['CREATE TABLE newer (id INTEGER)'] } }],
    1_000,
  );
  newer.close();
  const before = readFileSync(database.path);
  await expect(database.open()).rejects.toMatchObject({ code: 'TRACKING_SCHEMA_NEWER' });
  expect(readFileSync(database.path).equals(before)).toBe(true);
});

test('options that cannot be meant are refused', async () => {
  using database = new DatabaseFolder();
  const { path } = database;
  await expect(openSqliteStore({ path: '' })).rejects.toThrow(TypeError);
  await expect(openSqliteStore({ path: ':memory:' })).rejects.toThrow(TypeError);
  await expect(openSqliteStore({ path, groupLimit: 0 })).rejects.toThrow(RangeError);
  await expect(openSqliteStore({ path, queueLimit: 1.5 })).rejects.toThrow(RangeError);
  await expect(openSqliteStore({ path, busyTimeoutMs: -1 })).rejects.toThrow(RangeError);
});

test('the files are readable by their owner only, and another program of his may read while the store is open', async () => {
  using database = new DatabaseFolder();
  await using store = await database.open();
  await store.run('add', { id: 'a' });
  for (const file of [database.path, `${database.path}-wal`]) expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  const shell = new BetterSqlite(database.path, { readonly: true });
  try {
    expect(shell.prepare('SELECT id FROM note').pluck().all()).toEqual(['a']);
  } finally {
    shell.close();
  }
});

test('further stores of the same process share the file', async () => {
  using database = new DatabaseFolder();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openSqliteStoreWith({ path: database.path }, { tables: TABLES })));
  await Promise.all(stores.map((store, position) => store.run('add', { id: `from store ${position}` })));
  expect(await stores[0]?.read('ids', {})).toHaveLength(4);
  await Promise.all(stores.map((store) => store.close()));
});
