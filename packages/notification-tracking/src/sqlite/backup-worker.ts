import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { TrackingError } from '../errors.ts';
import { backupRefused, type BackupAnswer, type BackupStart } from './backup.ts';
import { describeError, sqliteCodeOf } from './database-error.ts';
import { loadDriver, type SqliteDriver } from './driver.ts';
import { plainError } from './messages.ts';
import { openError } from './open-database.ts';

parentPort?.postMessage(answer(workerData as BackupStart));

function answer(start: BackupStart): BackupAnswer {
  try {
    return { bytes: backup(start) };
  } catch (error) {
    return { error: plainError(backupError(start, error)) };
  }
}

function backup(start: BackupStart): number {
  const { path, target } = start;
  if (!existsSync(path)) throw backupRefused(start, 'there is no such database', 'Correct the path.');
  if (existsSync(target)) throw backupRefused(start, 'the target exists', 'Name a new file, or delete that one.');
  const part = `${target}.part`;
  createEmpty(start, part);
  try {
    const Driver = loadDriver('better-sqlite3');
    copy(Driver, path, part);
    check(Driver, part);
    flush(part);
    renameSync(part, target);
    flush(dirname(target));
    return statSync(target).size;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Also keeps two backups apart that have the same target. */
function createEmpty(start: BackupStart, part: string): void {
  try {
    closeSync(openSync(part, 'wx', 0o600));
  } catch (error) {
    throw backupRefused(
      start,
      describeError(error),
      `Make the folder, let this user write there, and delete ${part} if an earlier backup left it.`,
    );
  }
}

function copy(Driver: SqliteDriver, path: string, part: string): void {
  const connection = new Driver(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    connection.prepare('VACUUM INTO ?').run([part]);
  } finally {
    connection.close();
  }
}

function check(Driver: SqliteDriver, part: string): void {
  const connection = new Driver(part, { readonly: true, fileMustExist: true });
  try {
    const [row] = connection.prepare('PRAGMA integrity_check(1)').all([]) as readonly { readonly integrity_check: string }[];
    if (row?.integrity_check === 'ok') return;
    throw new TrackingError(
      'TRACKING_STORE_FAILED',
      `The copy is not sound (${row?.integrity_check ?? 'no answer'}) and was deleted: the database itself is damaged. ` +
        'Stop the bridge, keep the file with its -wal for repair, and restore an older copy.',
    );
  } finally {
    connection.close();
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function backupError(start: BackupStart, error: unknown): TrackingError {
  if (error instanceof TrackingError) return error;
  if (sqliteCodeOf(error)?.startsWith('SQLITE_FULL') === true) {
    return new TrackingError(
      'TRACKING_STORE_FULL',
      `${start.path} was not copied to ${start.target}: the disk is full (${describeError(error)}). Free space, or copy to another disk.`,
    );
  }
  return openError(start.path, error);
}
