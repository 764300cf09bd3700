import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/migrations/index.ts';
import { migrate } from '../../src/migrator.ts';
import { BEFORE_THREADS, ROWS_OF_0003, THREADS } from '../rows-of-0003.ts';
import { migrationDatabase } from './migration-database.ts';

test('a database of 0003 with rows is migrated: its reports are threaded by the first round of their GUID', () => {
  using connection = closing(new BetterSqlite(':memory:'));
  connection.database.pragma('foreign_keys = OFF');
  migrate(migrationDatabase(connection.database), BEFORE_THREADS, 1_000);
  for (const statement of ROWS_OF_0003) connection.database.exec(statement);
  expect(migrate(migrationDatabase(connection.database), MIGRATIONS, 2_000)).toContain('0004-lean-accept');
  expect(connection.database.prepare('SELECT column_id, change, thread FROM report ORDER BY change').all()).toEqual(THREADS);
  const indexes = connection.database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index'`).pluck().all();
  expect(indexes).not.toContain('report_key');
  expect(indexes).toContain('report_thread');
});

function closing(database: BetterSqlite.Database): Disposable & { readonly database: BetterSqlite.Database } {
  return { database, [Symbol.dispose]: () => database.close() };
}
