import { closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { TrackingError } from '../errors.ts';
import { describeError, sqliteCodeOf } from './database-error.ts';
import type { SqliteConnection, SqliteDriver } from './driver.ts';

/** How often the change to WAL is tried: on some of its locks SQLite gives up at once and does not wait. */
const WAL_TRIES = 100;

/**
 * Checks the folder and makes the file where there is none, readable by its owner only: it holds phone numbers and texts.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`
 */
export function prepareFile(path: string): void {
  const folder = dirname(path);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    throw openFailed(
      path,
      `its folder ${folder} does not exist`,
      `Make it (mkdir -p ${folder}) and let the bridge's user write there, or correct the path.`,
    );
  }
  try {
    // Only where it is new: closing a file drops every lock that this process has on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw openFailed(path, `it cannot be made (${describeError(error)})`, `Let the bridge's user write in ${folder}.`, error);
  }
}

/** The connection that writes, before the schema is brought up to date: foreign keys are still off, for the migrator. */
export function openForMigration(Driver: SqliteDriver, path: string, busyTimeoutMs: number): SqliteConnection {
  const connection = new Driver(path, { timeout: Math.ceil(busyTimeoutMs / WAL_TRIES) });
  try {
    useWal(connection);
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    // FULL: a commit is flushed before it is answered. The driver's default in WAL is NORMAL, which may lose commits with the power.
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA temp_store = MEMORY');
    connection.exec('PRAGMA foreign_keys = OFF');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Makes the connection fit for commands, once the schema is up to date. */
export function readyForWriting(connection: SqliteConnection): void {
  connection.exec('PRAGMA foreign_keys = ON');
  // The worker checkpoints itself, see checkpoint.ts: an automatic one would hide its errors.
  connection.exec('PRAGMA wal_autocheckpoint = 0');
  connection.exec('PRAGMA journal_size_limit = 67108864');
  // What retention or erasure removes from a row is overwritten in the file, not only unlinked.
  connection.exec('PRAGMA secure_delete = FAST');
}

/** The connection that only reads. */
export function openForReading(Driver: SqliteDriver, path: string, timeout: number): SqliteConnection {
  const connection = new Driver(path, { readonly: true, fileMustExist: true, timeout });
  connection.exec('PRAGMA query_only = ON');
  connection.exec('PRAGMA temp_store = MEMORY');
  return connection;
}

/** Puts what opening threw into words. */
export function openError(path: string, error: unknown): TrackingError {
  if (error instanceof TrackingError) return error;
  const code = sqliteCodeOf(error) ?? '';
  if (code.startsWith('SQLITE_NOTADB')) {
    return openFailed(path, `it is not a SQLite database (${describeError(error)})`, 'Correct the path, or move that file away.', error);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return openFailed(
      path,
      `another program holds it (${describeError(error)})`,
      'Close that program: a database shell, a backup, a migration.',
      error,
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return openFailed(
      path,
      `it cannot be opened for writing (${describeError(error)})`,
      'Let the user of this process write the file, its -wal, -shm and -lock beside it, and the folder.',
      error,
    );
  }
  if (code.startsWith('SQLITE_FULL'))
    return openFailed(path, `the disk is full (${describeError(error)})`, 'Free space and start again.', error);
  if (code.startsWith('SQLITE_CORRUPT')) {
    return openFailed(path, `it is damaged (${describeError(error)})`, 'Keep the file with its -wal for repair and restore a copy.', error);
  }
  return openFailed(path, describeError(error), 'Look at the disk and the kernel log; restore a copy if the file is damaged.', error);
}

function openFailed(path: string, why: string, remedy: string, cause?: unknown): TrackingError {
  return new TrackingError('TRACKING_STORE_OPEN_FAILED', `The database ${path} was not opened: ${why}. ${remedy}`, { cause });
}

function useWal(connection: SqliteConnection): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === WAL_TRIES || sqliteCodeOf(error)?.startsWith('SQLITE_BUSY') !== true) throw error;
    }
  }
}
