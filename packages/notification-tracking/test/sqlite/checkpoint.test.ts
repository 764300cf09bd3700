import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkpointAtClose, checkpointPages, checkpointWhenLong } from '../../src/sqlite/checkpoint.ts';
import type { SqliteConnection } from '../../src/sqlite/driver.ts';
import { DatabaseFolder } from './database-folder.ts';

/** A connection whose WAL has so many pages that are not in the database yet, and whose checkpoint throws. */
function connectionWith(pages: number, code?: string): { readonly connection: SqliteConnection; readonly executed: string[] } {
  const executed: string[] = [];
  const never = (): never => {
    throw new Error('not used');
  };
  return {
    executed,
    connection: {
      inTransaction: false,
      close: never,
      exec: (sql) => executed.push(sql),
      prepare: (sql) => ({
        reader: true,
        run: never,
        iterate: never,
        all() {
          if (sql.includes('NOOP')) return [{ busy: 0, log: pages + 10, checkpointed: 10 }];
          executed.push(sql);
          if (code !== undefined) throw Object.assign(new Error(`injected ${code}`), { code });
          return [{ busy: 0, log: pages + 10, checkpointed: pages + 10 }];
        },
      }),
    },
  };
}

test('the WAL is copied into the database from 4,000 pages on, on a small volume earlier', () => {
  expect(checkpointPages(1e12)).toBe(4_000);
  expect(checkpointPages(8 * 1_048_576)).toBe(128);
  expect(checkpointPages(0)).toBe(64);
});

test('a WAL is copied from so many pages on', () => {
  const short = connectionWith(999);
  checkpointWhenLong(short.connection, 1_000);
  expect(short.executed).toEqual([]);
  const long = connectionWith(1_000);
  checkpointWhenLong(long.connection, 1_000);
  expect(long.executed).toEqual(['PRAGMA wal_checkpoint(PASSIVE)']);
});

for (const code of ['SQLITE_FULL', 'SQLITE_BUSY']) {
  test(`a copy that meets ${code} is put off`, () => {
    expect(() => checkpointWhenLong(connectionWith(1_000, code).connection, 1_000)).not.toThrow();
    expect(() => checkpointAtClose(connectionWith(1_000, code).connection)).not.toThrow();
  });
}

test('a copy that cannot be flushed is not hidden', () => {
  expect(() => checkpointWhenLong(connectionWith(1_000, 'SQLITE_IOERR_FSYNC').connection, 1_000)).toThrow('SQLITE_IOERR_FSYNC');
  expect(() => checkpointAtClose(connectionWith(1_000, 'SQLITE_IOERR_FSYNC').connection)).toThrow('SQLITE_IOERR_FSYNC');
});

test('the WAL stays short while much is written', async () => {
  using database = new DatabaseFolder();
  await using store = await database.open({ groupLimit: 100 });
  await Promise.all(Array.from({ length: 10_000 }, (_, row) => store.run('add', { id: `row ${row}`, filler: 'x'.repeat(4_000) })));
  expect(statSync(database.path).size).toBeGreaterThan(30_000_000);
  expect(statSync(`${database.path}-wal`).size).toBeLessThan(24_000_000);
});
