import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { StatementCache } from '../../src/sqlite/statement-cache.ts';

function counting(): { readonly prepared: string[]; readonly connection: ConstructorParameters<typeof StatementCache>[0] } {
  const connection = new BetterSqlite(':memory:');
  const prepared: string[] = [];
  return {
    prepared,
    connection: {
      prepare(sql) {
        prepared.push(sql);
        const statement = connection.prepare(sql);
        return {
          reader: statement.reader,
          all: (parameters) => statement.all(...parameters),
          run: (parameters) => statement.run(...parameters),
          iterate: (parameters) => statement.iterate(...parameters),
        };
      },
      exec: (sql) => connection.exec(sql),
      close: () => connection.close(),
      inTransaction: false,
    },
  };
}

test('a text is prepared once', () => {
  const { prepared, connection } = counting();
  const cache = new StatementCache(connection);
  expect(cache.prepare('SELECT 1')).toBe(cache.prepare('SELECT 1'));
  expect(prepared).toEqual(['SELECT 1']);
});

test('beyond the limit the longest unused one goes', () => {
  const { prepared, connection } = counting();
  const cache = new StatementCache(connection, 2);
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 1', 'SELECT 3', 'SELECT 1', 'SELECT 2']) cache.prepare(sql);
  expect(prepared).toEqual(['SELECT 1', 'SELECT 2', 'SELECT 3', 'SELECT 2']);
  expect(cache.size).toBe(2);
});

test('a kept statement follows a change of the schema', () => {
  const { connection } = counting();
  const cache = new StatementCache(connection);
  connection.exec('CREATE TABLE note (id TEXT)');
  cache.prepare('INSERT INTO note (id) VALUES (?)').run(['a']);
  expect(cache.prepare('SELECT * FROM note').all([])).toEqual([{ id: 'a' }]);
  connection.exec('ALTER TABLE note ADD COLUMN filler TEXT');
  expect(cache.prepare('SELECT * FROM note').all([])).toEqual([{ id: 'a', filler: null }]);
});
