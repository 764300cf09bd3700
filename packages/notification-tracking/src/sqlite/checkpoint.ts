import { judgeError } from './database-error.ts';
import type { SqliteConnection } from './driver.ts';

/**
 * Pages in the WAL, not yet in the database, from which on they are copied there. 16 MiB: the longer, the oftener a page was overwritten
 * before it is copied; of 1,000 pages a copy took a sixth of an accept's time, of 4,000 a tenth.
 */
const CHECKPOINT_PAGES = 4_000;
/** Of a volume the WAL takes one part in so many at most, before it is copied. */
const VOLUME_SHARE = 16;
const PAGE_BYTES = 4_096;
/** The same while the disk has no room: the WAL begins anew and does not grow. 256 KiB. */
export const CHECKPOINT_PAGES_WHEN_FULL = 64;

/** From how many pages on the WAL is copied: fewer on a small volume. */
export function checkpointPages(volumeBytes: number): number {
  return Math.max(CHECKPOINT_PAGES_WHEN_FULL, Math.min(CHECKPOINT_PAGES, Math.floor(volumeBytes / VOLUME_SHARE / PAGE_BYTES)));
}

/**
 * Copies the WAL into the database once it is long; called between groups, after their answers have left.
 * Done here and not by SQLite's automatic checkpoint, which swallows errors: after a failed flush of the database file a second
 * checkpoint may seem to succeed and the WAL would be overwritten. A full disk or a busy reader only puts it off.
 *
 * @throws what the database threw, when the store may not go on
 */
export function checkpointWhenLong(connection: Pick<SqliteConnection, 'prepare'>, pages: number): void {
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
