import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../src/migrator.ts';
import { migrationDatabase, schemaOf, STEPS } from './migration-database.ts';

function emptyDatabase(): BetterSqlite.Database {
  const connection = new BetterSqlite(':memory:');
  connection.pragma('foreign_keys = OFF');
  return connection;
}

const ledger = (connection: BetterSqlite.Database): unknown[] =>
  connection.prepare('SELECT name, applied_at FROM taxinav_migration ORDER BY position').raw().all();

test('migrations are applied in order, once, with the time they are told', () => {
  const connection = emptyDatabase();
  expect(migrate(migrationDatabase(connection), STEPS.slice(0, 1), 1_000)).toEqual(['0001-order']);
  expect(migrate(migrationDatabase(connection), STEPS, 2_000)).toEqual(['0002-order-column']);
  expect(migrate(migrationDatabase(connection), STEPS, 3_000)).toEqual([]);
  expect(ledger(connection)).toEqual([
    ['0001-order', 1_000],
    ['0002-order-column', 2_000],
  ]);
  expect(connection.prepare('SELECT * FROM "order"').all()).toEqual([{ id: 1, phone: '0675040279', column_id: 'north' }]);
});

test('an up-to-date database is opened while another connection writes', () => {
  const connection = emptyDatabase();
  migrate(migrationDatabase(connection), STEPS, 1_000);
  const executed: string[] = [];
  migrate(
    migrationDatabase(connection, (sql, run) => {
      executed.push(sql);
      run();
    }),
    STEPS,
    2_000,
  );
  expect(executed.filter((sql) => !sql.startsWith('SELECT'))).toEqual([]);
});

test('a newer schema is refused, naming its migration and the newest that is known', () => {
  const connection = emptyDatabase();
  migrate(migrationDatabase(connection), STEPS, 1_000);
  const before = schemaOf(connection);
  expect(() => migrate(migrationDatabase(connection), STEPS.slice(0, 1), 2_000)).toThrow(
    expect.objectContaining({
      name: 'TrackingError',
      code: 'TRACKING_SCHEMA_NEWER',
      message: expect.stringMatching(/0002-order-column.*0001-order/),
    }),
  );
  expect(schemaOf(connection)).toEqual(before);
});

test('a ledger in another order is refused', () => {
  const connection = emptyDatabase();
  migrate(migrationDatabase(connection), STEPS, 1_000);
  expect(() => migrate(migrationDatabase(connection), STEPS.toReversed(), 2_000)).toThrow(
    expect.objectContaining({
      code: 'TRACKING_STORE_OPEN_FAILED',
      message: expect.stringMatching(/place 1 is 0001-order, expected 0002-order-column/),
    }),
  );
});

test('a migration that a released one was put before is refused', () => {
  const connection = emptyDatabase();
  const [first, second] = STEPS;
  if (first === undefined || second === undefined) throw new Error('two steps');
  migrate(migrationDatabase(connection), [first], 1_000);
  const inserted = { name: '0000-late', statements: { sqlite: ['CREATE TABLE late (id INTEGER) STRICT'] } };
  expect(() => migrate(migrationDatabase(connection), [inserted, first, second], 2_000)).toThrow(
    /place 1 is 0001-order, expected 0000-late/,
  );
});

test('a migration that leaves a dangling reference is rolled back and refused', () => {
  const connection = emptyDatabase();
  migrate(migrationDatabase(connection), STEPS, 1_000);
  const before = schemaOf(connection);
  const careless = { name: '0003-careless', statements: { sqlite: ['CREATE TABLE other (id INTEGER) STRICT', 'DELETE FROM "order"'] } };
  expect(() => migrate(migrationDatabase(connection), [...STEPS, careless], 2_000)).toThrow(
    /0003-careless would leave 1 rows that refer to nothing/,
  );
  expect(schemaOf(connection)).toEqual(before);
  expect(connection.prepare('SELECT count(*) FROM "order"').pluck().get()).toBe(1);
});

test('a statement that fails rolls its migration back, keeps those before it, and leaves no transaction open', () => {
  const connection = emptyDatabase();
  const wrong = {
    name: '0003-wrong',
    statements: { sqlite: ['CREATE TABLE other (id INTEGER) STRICT', 'CREATE TABLE other (id INTEGER) STRICT'] },
  };
  expect(() => migrate(migrationDatabase(connection), [...STEPS, wrong], 1_000)).toThrow(/already exists/);
  expect(connection.inTransaction).toBe(false);
  expect(ledger(connection)).toHaveLength(2);
  expect(migrate(migrationDatabase(connection), STEPS, 2_000)).toEqual([]);
});
