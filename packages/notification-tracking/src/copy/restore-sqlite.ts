import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { TrackingError } from '../errors.ts';
import { backupSqliteStore } from '../sqlite/backup.ts';
import { loadDriver } from '../sqlite/driver.ts';
import { lockForProcess } from '../sqlite/process-lock.ts';

/** What `restoreSqliteStore` is told. */
export interface SqliteRestoreOptions {
  /** A copy that `backupSqliteStore` has made. */
  readonly backup: string;
  /** The database that it becomes; no process may be using it. */
  readonly path: string;
  /** UTC milliseconds: names what is kept aside. */
  readonly now: number;
}

/** What lies beside a database and belongs to it. */
const BESIDE = ['-wal', '-shm'] as const;

/**
 * Puts a backup in the place of a database. What stood there is kept beside it, with its log, and the names of both are returned;
 * nothing is put there before it is whole and flushed to disk.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED` when a process uses the database, or the backup is none; `TRACKING_STORE_FULL`,
 * `TRACKING_STORE_FAILED` when the backup is damaged
 */
export async function restoreSqliteStore(options: SqliteRestoreOptions): Promise<{ readonly bytes: number; readonly keptAside?: string }> {
  const [backup, path] = [resolve(options.backup), resolve(options.path)];
  if (backup === path) throw new TrackingError('TRACKING_STORE_OPEN_FAILED', `${path} cannot be restored from itself. Name the backup.`);
  const Driver = loadDriver('better-sqlite3');
  const lock = await lockForProcess(Driver, {
    path: `${path}-lock`,
    holder: `restore, process ${process.pid} on ${hostname()}`,
    tries: 1,
    pause: () => Promise.resolve(),
  });
  const whole = `${path}.restored`;
  try {
    rmSync(whole, { force: true });
    const { bytes } = await backupSqliteStore({ path: backup, target: whole });
    const aside = `${path}.before-${new Date(options.now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    const stood = existsSync(path);
    // The log first: applied to another file, it would destroy it.
    for (const beside of BESIDE) if (existsSync(path + beside)) renameSync(path + beside, aside + beside);
    if (stood) renameSync(path, aside);
    renameSync(whole, path);
    flush(dirname(path));
    return { bytes, ...(stood && { keptAside: aside }) };
  } finally {
    rmSync(whole, { force: true });
    lock.release();
  }
}

function flush(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
