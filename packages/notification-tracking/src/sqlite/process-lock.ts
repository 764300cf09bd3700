import { TrackingError } from '../errors.ts';
import { describeError, sqliteCodeOf } from './database-error.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';

/** A hold on a database file. */
export interface ProcessLock {
  release(): void;
}

/** What {@link lockForProcess} is told. */
export interface ProcessLockOptions {
  /** The lock's own file: `<database>-lock`. */
  readonly path: string;
  /** Names this process among all that may use the file. */
  readonly holder: string;
  /** Tries before it gives up. */
  readonly tries: number;
  /** Waits until the next try. */
  readonly pause: () => Promise<void>;
}

/**
 * Takes the file for this process: two bridges on one SQLite file would both dial.
 * The lock is a write transaction that stays open on a small SQLite file beside the database, so that the system gives it back however
 * the process ends; the file itself stays and means nothing. Its one row names the holder, for the error's text, and lets further stores
 * of the same process pass: for those SQLite's own locks suffice.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED` when another process still holds it after `tries`
 */
export async function lockForProcess(Driver: SqliteDriver, options: ProcessLockOptions): Promise<ProcessLock> {
  const connection = new Driver(options.path, { timeout: 0 });
  try {
    let holder: string | undefined;
    for (let attempt = 0; attempt < options.tries; attempt += 1) {
      if (attempt > 0) await options.pause();
      if (take(connection, options.holder)) return { release: () => connection.close() };
      holder = readHolder(connection);
      if (holder === options.holder) {
        connection.close();
        return { release: () => undefined };
      }
    }
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The database beside ${options.path} is in use by another process (${holder ?? 'unknown'}): a SQLite database belongs to one bridge. ` +
        'Stop that process, or give this one a database of its own, or use PostgreSQL for several bridges.',
    );
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Writes the holder's name, then begins the transaction that is the lock. Between the two another process may come first. */
function take(connection: SqliteConnection, holder: string): boolean {
  try {
    connection.exec('BEGIN IMMEDIATE');
    connection.exec('CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT');
    connection.prepare('INSERT OR REPLACE INTO holder (id, name) VALUES (1, ?)').run([holder]);
    connection.exec('COMMIT');
    connection.exec('BEGIN IMMEDIATE');
    if (readHolder(connection) === holder) return true;
    connection.exec('ROLLBACK');
    return false;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    if (isBusy(error)) return false;
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The lock file beside the database cannot be used (${describeError(error)}). Let the user of this process write it and its folder, ` +
        'and see that the disk has space; a damaged lock file may be deleted while no process uses the database, it holds nothing.',
      { cause: error },
    );
  }
}

function readHolder(connection: SqliteConnection): string | undefined {
  try {
    const [row] = connection.prepare('SELECT name FROM holder WHERE id = 1').all([]) as readonly { readonly name: string }[];
    return row?.name;
  } catch (error) {
    // Being written right now, or not yet made.
    if (isBusy(error) || sqliteCodeOf(error) === 'SQLITE_ERROR') return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error)?.startsWith('SQLITE_BUSY') === true;
}
