import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { codesOf, DatabaseFolder } from './database-folder.ts';

test('after an I/O error everything under way, waiting and later is rejected, `failed` says why, and what was answered is stored', async () => {
  using database = new DatabaseFolder();
  {
    await using store = await database.open({ groupLimit: 2 });
    await store.run('add', { id: 'before' });
    const codes = codesOf([store.run('add', { id: 'a' }), store.run('failToFlush', {}), store.run('add', { id: 'in the next group' })]);
    const failure = await store.failed;
    expect(failure).toMatchObject({ name: 'TrackingError', code: 'TRACKING_STORE_FAILED' });
    expect(failure.message).toMatch(/SQLITE_IOERR_FSYNC.*not tried again.*End the process/s);
    expect(await codes).toEqual(['TRACKING_STORE_FAILED', 'TRACKING_STORE_FAILED', 'TRACKING_STORE_FAILED']);
    expect(await codesOf([store.run('add', { id: 'later' }), store.read('ids', {})])).toEqual([
      'TRACKING_STORE_FAILED',
      'TRACKING_STORE_FAILED',
    ]);
  }
  await using again = await database.open();
  expect(await again.read('ids', {})).toEqual(['before']);
});

test('a damaged file met by a query fails the store', async () => {
  using database = new DatabaseFolder();
  await using store = await database.open();
  await expect(store.read('failToRead', {})).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
  expect((await store.failed).message).toContain('SQLITE_CORRUPT');
  await expect(store.run('add', { id: 'a' })).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
});

test('a writer thread that ends unexpectedly fails the store, and the file opens again in the same process', async () => {
  using database = new DatabaseFolder();
  {
    await using store = await database.open();
    await store.run('add', { id: 'a' });
    const codes = codesOf([store.run('add', { id: 'b' }), store.run('crash', {})]);
    expect((await store.failed).message).toContain('exit code 3');
    expect(await codes).toEqual(['TRACKING_STORE_FAILED', 'TRACKING_STORE_FAILED']);
  }
  await using again = await database.open();
  expect(await again.read('ids', {})).toEqual(['a']);
});

test('a store that failed closes', async () => {
  using database = new DatabaseFolder();
  const store = await database.open();
  await codesOf([store.run('failToFlush', {})]);
  await store.close();
  await expect(store.run('add', { id: 'a' })).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
});

test('a lock of another program that lasts rejects with TRACKING_STORE_BUSY, and the store goes on when it is gone', async () => {
  using database = new DatabaseFolder();
  await using store = await database.open({ busyTimeoutMs: 20 });
  const shell = new BetterSqlite(database.path);
  try {
    shell.exec('BEGIN IMMEDIATE');
    await expect(store.run('add', { id: 'a' })).rejects.toMatchObject({
      code: 'TRACKING_STORE_BUSY',
      message: expect.stringContaining('another program holds the database'),
    });
    shell.exec('ROLLBACK');
  } finally {
    shell.close();
  }
  await store.run('add', { id: 'b' });
  expect(await store.read('ids', {})).toEqual(['b']);
});
