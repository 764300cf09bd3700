import BetterSqlite from 'better-sqlite3';
import type { Migration } from '../../src/migrations/migration.ts';
import type { MigrationDatabase } from '../../src/migrator.ts';

/** A connection as the migrator wants it; `around` may stop before or after any statement. */
export function migrationDatabase(
  connection: BetterSqlite.Database,
  around: (sql: string, run: () => void) => void = (_sql, run) => run(),
): MigrationDatabase {
  return {
    exec: (sql) => around(sql, () => void connection.exec(sql)),
    all(sql, ...parameters) {
      let rows: readonly unknown[] = [];
      around(sql, () => {
        rows = connection.prepare(sql).all(...parameters);
      });
      return rows;
    },
    get inTransaction() {
      return connection.inTransaction;
    },
  };
}

/** Opens a file as the store's writer does, without the store. */
export function openForMigration(path: string): BetterSqlite.Database {
  const connection = new BetterSqlite(path, { timeout: 20_000 });
  connection.pragma('foreign_keys = OFF');
  return connection;
}

/** Two migrations of several statements, the second of which rebuilds a table that another one refers to. */
export const STEPS: readonly Migration[] = [
  {
    name: '0001-order',
    statements: {
      sqlite: [
        'CREATE TABLE "order" (id INTEGER PRIMARY KEY, phone TEXT NOT NULL) STRICT',
        'CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES "order" (id)) STRICT',
        'CREATE INDEX order_phone ON "order" (phone)',
        `INSERT INTO "order" (id, phone) VALUES (1, '0675040279')`,
        'INSERT INTO line (id, order_id) VALUES (1, 1)',
      ],
    },
  },
  {
    name: '0002-order-column',
    statements: {
      sqlite: [
        `CREATE TABLE order_new (id INTEGER PRIMARY KEY, phone TEXT NOT NULL, column_id TEXT NOT NULL) STRICT`,
        `INSERT INTO order_new (id, phone, column_id) SELECT id, phone, 'north' FROM "order"`,
        'DROP TABLE "order"',
        'ALTER TABLE order_new RENAME TO "order"',
      ],
    },
  },
];

/** All that a schema is, for comparing. */
export function schemaOf(connection: BetterSqlite.Database): readonly unknown[] {
  return connection.prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).all();
}
