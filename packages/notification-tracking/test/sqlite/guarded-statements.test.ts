import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { SqliteConnection } from '../../src/sqlite/driver.ts';
import { GuardedStatements } from '../../src/sqlite/guarded-statements.ts';

test('after SQLite has rolled back by itself no statement is stored on its own, whichever failed before', () => {
  const database = new BetterSqlite(':memory:');
  const connection = database as unknown as SqliteConnection;
  connection.exec('CREATE TABLE note (id TEXT PRIMARY KEY ON CONFLICT ROLLBACK)');
  const insert = `INSERT INTO note (id) VALUES ('a')`;
  for (const way of ['prepare', 'prepareDirect'] as const) {
    const guarded = new GuardedStatements(connection, connection);
    const direct = (): unknown => guarded.prepareDirect(insert).run([]);
    expect(direct).toThrow('outside of its group');
    guarded.exec('BEGIN');
    direct();
    expect(() => guarded[way](insert).run([])).toThrow('UNIQUE');
    expect(connection.inTransaction).toBe(false);
    if (way === 'prepareDirect') guarded.failed();
    expect(direct).toThrow('outside of its group');
    expect(() => guarded.prepare(insert)).toThrow('outside of its group');
    expect(connection.prepare('SELECT * FROM note').all([])).toEqual([]);
  }
  database.close();
});
