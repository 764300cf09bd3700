import type { Migration } from './migrations/migration.ts';
import { TrackingError } from './errors.ts';

/** The part of a database that the migrator uses. */
export interface MigrationDatabase {
  /** Runs one SQL statement that returns nothing. */
  exec(sql: string): void;
  /** Runs one SQL statement and returns its rows. */
  all(sql: string, ...parameters: readonly unknown[]): readonly unknown[];
  readonly inTransaction: boolean;
}

const LEDGER = `CREATE TABLE IF NOT EXISTS taxinav_migration (
  position INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  applied_at INTEGER NOT NULL
) STRICT`;

/**
 * Brings a SQLite schema up to date and returns the names of what it applied.
 * Each migration is one transaction with its row of `taxinav_migration`, begun IMMEDIATE: of several processes one applies it,
 * the others wait (as long as the connection's busy timeout) and find it done; a process killed at any statement leaves the state
 * before that migration. Foreign keys must be off on the connection, so that a migration may rebuild a table; they are checked before
 * each COMMIT.
 *
 * @param appliedAt UTC milliseconds, written into the ledger
 * @throws TrackingError `TRACKING_SCHEMA_NEWER` when the ledger holds a migration that is not in `migrations`,
 * `TRACKING_STORE_OPEN_FAILED` when it holds them in another order or a migration leaves a dangling reference; what the database threw otherwise
 */
export function migrate(database: MigrationDatabase, migrations: readonly Migration[], appliedAt: number): readonly string[] {
  // Without the lock first: an up-to-date database is opened without waiting for a writer.
  if (hasLedger(database) && pendingMigration(namesInLedger(database), migrations) === undefined) return [];
  const applied: string[] = [];
  for (;;) {
    const name = applyNext(database, migrations, appliedAt);
    if (name === undefined) return applied;
    applied.push(name);
  }
}

function applyNext(database: MigrationDatabase, migrations: readonly Migration[], appliedAt: number): string | undefined {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(LEDGER);
    const next = pendingMigration(namesInLedger(database), migrations);
    if (next !== undefined) {
      for (const statement of next.statements.sqlite) database.exec(statement);
      checkReferences(database, next.name);
      database.all(
        'INSERT INTO taxinav_migration (position, name, applied_at) VALUES (?, ?, ?) RETURNING position',
        migrations.indexOf(next) + 1,
        next.name,
        appliedAt,
      );
    }
    database.exec('COMMIT');
    return next?.name;
  } catch (error) {
    // A full disk has already rolled it back.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function hasLedger(database: MigrationDatabase): boolean {
  return database.all(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'taxinav_migration'`).length > 0;
}

function namesInLedger(database: MigrationDatabase): readonly string[] {
  const rows = database.all('SELECT name FROM taxinav_migration ORDER BY position') as readonly { readonly name: string }[];
  return rows.map((row) => row.name);
}

/**
 * The next migration that a ledger lacks, or undefined.
 *
 * @throws TrackingError `TRACKING_SCHEMA_NEWER`, `TRACKING_STORE_OPEN_FAILED` when the ledger is in another order
 */
export function pendingMigration(ledger: readonly string[], migrations: readonly Migration[]): Migration | undefined {
  const known = migrations.map((migration) => migration.name);
  const unknown = ledger.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TrackingError(
      'TRACKING_SCHEMA_NEWER',
      `The database has the migration ${unknown}, this version of @taxinav/notification-tracking knows up to ${known.at(-1) ?? 'none'}: ` +
        'a newer version has used it. Start that version again, or restore the copy made before the upgrade.',
    );
  }
  const misplaced = ledger.findIndex((name, position) => name !== known[position]);
  if (misplaced !== -1) {
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The database's migrations are in another order than this version's: place ${misplaced + 1} is ${ledger[misplaced]}, ` +
        `expected ${known[misplaced]}. It was made by a build that was never released; restore a copy or start with a new database.`,
    );
  }
  return migrations[ledger.length];
}

function checkReferences(database: MigrationDatabase, name: string): void {
  const dangling = database.all('PRAGMA foreign_key_check').length;
  if (dangling > 0) {
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The migration ${name} would leave ${dangling} rows that refer to nothing; it was rolled back and the file is as before. ` +
        'Go back to the version that wrote it, and report this.',
    );
  }
}
