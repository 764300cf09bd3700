import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codesOf, DatabaseFolder, Gate } from './database-folder.ts';

test('close finishes what was queued, refuses what comes after, and may be called again', async () => {
  using database = new DatabaseFolder();
  const store = await database.open({ groupLimit: 1 });
  const gate = new Gate();
  const held = store.run('block', gate);
  await store.read('ids', {});
  const queued = ['a', 'b', 'c'].map((id) => store.run('add', { id }));
  const read = store.read('ids', {});
  const closing = store.close();
  expect(await codesOf([store.run('add', { id: 'd' }), store.read('ids', {})])).toEqual(['TRACKING_STORE_CLOSED', 'TRACKING_STORE_CLOSED']);
  gate.open();
  await Promise.all([held, ...queued, read, closing, store.close()]);
  await store.close();
  await using again = await database.open();
  expect(await again.read('ids', {})).toEqual(['a', 'b', 'c']);
});

test('what was erased is no longer in the file', async () => {
  using database = new DatabaseFolder();
  {
    await using store = await database.open();
    await store.run('add', { id: 'a', filler: 'Машина подана. '.repeat(10) });
    await store.run('add', { id: 'b' });
    await store.run('erase', { id: 'a' });
  }
  expect(readFileSync(database.path).includes('подана')).toBe(false);
});

test('leaving the scope closes, and leaves one file with everything in it', async () => {
  using database = new DatabaseFolder();
  let left;
  {
    await using store = await database.open();
    await store.run('add', { id: 'a' });
    expect(existsSync(`${database.path}-wal`)).toBe(true);
    left = store;
  }
  expect(existsSync(`${database.path}-wal`)).toBe(false);
  await expect(left.run('add', { id: 'b' })).rejects.toMatchObject({ code: 'TRACKING_STORE_CLOSED' });
});
