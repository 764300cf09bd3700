import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { backupSqliteStore } from '../../src/sqlite/index.ts';
import { DatabaseFolder } from './database-folder.ts';

test('a database is copied whole while its store goes on, and never over a file', async () => {
  using database = new DatabaseFolder();
  const target = join(database.folder, 'copy.db');
  await using store = await database.open();
  await store.run('add', { id: 'a' });
  const [{ bytes }] = await Promise.all([backupSqliteStore({ path: database.path, target }), store.run('add', { id: 'b' })]);
  expect(statSync(target)).toMatchObject({ size: bytes });
  expect(statSync(target).mode & 0o777).toBe(0o600);
  const copy = new BetterSqlite(target, { readonly: true });
  expect(copy.prepare('SELECT id FROM note').pluck().all()).toContain('a');
  expect(copy.prepare('SELECT name FROM taxinav_migration').pluck().all()).toEqual(['0001-note']);
  copy.close();
  expect(readdirSync(database.folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
  await expect(backupSqliteStore({ path: database.path, target })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringMatching(/the target exists.*Name a new file/),
  });
  expect(await store.read('ids', {})).toEqual(['a', 'b']);
});

test('what is no database, or not there, is refused and leaves nothing behind', async () => {
  using database = new DatabaseFolder();
  const target = join(database.folder, 'copy.db');
  await expect(backupSqliteStore({ path: database.path, target })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringContaining('there is no such database'),
  });
  writeFileSync(database.path, 'a letter, not a database\n'.repeat(100));
  await expect(backupSqliteStore({ path: database.path, target })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringContaining('not a SQLite database'),
  });
  expect(readdirSync(database.folder)).toEqual(['taxinav.db']);
});

test('a folder that is not there is refused', async () => {
  using database = new DatabaseFolder();
  new BetterSqlite(database.path).exec('CREATE TABLE note (id)').close();
  const target = join(database.folder, 'missing', 'copy.db');
  await expect(backupSqliteStore({ path: database.path, target })).rejects.toMatchObject({
    code: 'TRACKING_STORE_OPEN_FAILED',
    message: expect.stringMatching(/ENOENT.*Make the folder/),
  });
  expect(existsSync(target)).toBe(false);
});
