import { judgeError } from './database-error.ts';
import type { SqliteConnection } from './driver.ts';

/** Pages in the WAL, not yet in the database, from which on they are copied there. 4 MiB. */
const CHECKPOINT_PAGES = 1_000;
/** The same while the disk has no room: the WAL begins anew and does not grow. 256 KiB. */
export const CHECKPOINT_PAGES_WHEN_FULL = 64;

/**
 * Copies the WAL into the database once it is long; called between groups, after their answers have left.
 * Done here and not by SQLite's automatic checkpoint, which swallows errors: after a failed flush of the database file a second
 * checkpoint may seem to succeed and the WAL would be overwritten. A full disk or a busy reader only puts it off.
 *
 * @throws what the database threw, when the store may not go on
 */
export function checkpointWhenLong(connection: SqliteConnection, pages: number = CHECKPOINT_PAGES): void {
  const [wal] = connection.prepare('PRAGMA wal_checkpoint(NOOP)').all([]) as readonly {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  if (wal === undefined || wal.log - wal.checkpointed < pages) return;
  try {
    connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').all([]);
  } catch (error) {
    if (judgeError(error).reach === 'store') throw error;
  }
}

/** Leaves a short WAL behind; another connection that reads is not waited for. */
export function checkpointAtClose(connection: SqliteConnection): void {
  connection.exec('PRAGMA busy_timeout = 0');
  truncateWal(connection);
}

/** Gives back what the WAL takes of a full disk, beyond what the database itself needs; does not wait for who reads. */
export function checkpointWhenFull(connection: SqliteConnection, busyTimeoutMs: number): void {
  connection.exec('PRAGMA busy_timeout = 0');
  try {
    truncateWal(connection);
  } finally {
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }
}

function truncateWal(connection: SqliteConnection): void {
  try {
    connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
  } catch (error) {
    if (judgeError(error).reach === 'store') throw error;
  }
}
