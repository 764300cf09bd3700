import { judgeError } from './database-error.ts';
import type { SqliteConnection } from './driver.ts';

/** Pages in the WAL, not yet in the database, from which on they are copied there. 4 MiB. */
const CHECKPOINT_PAGES = 1_000;

/**
 * Copies the WAL into the database once it is long; called between groups, after their answers have left.
 * Done here and not by SQLite's automatic checkpoint, which swallows errors: after a failed flush of the database file a second
 * checkpoint may seem to succeed and the WAL would be overwritten. A full disk or a busy reader only puts it off.
 *
 * @throws what the database threw, when the store may not go on
 */
export function checkpointWhenLong(connection: SqliteConnection): void {
  const [wal] = connection.prepare('PRAGMA wal_checkpoint(NOOP)').all([]) as readonly {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  if (wal === undefined || wal.log - wal.checkpointed < CHECKPOINT_PAGES) return;
  try {
    connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').all([]);
  } catch (error) {
    if (judgeError(error).reach === 'store') throw error;
  }
}

/** Leaves a short WAL behind; another connection that reads is not waited for. */
export function checkpointAtClose(connection: SqliteConnection): void {
  connection.exec('PRAGMA busy_timeout = 0');
  try {
    connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
  } catch (error) {
    if (judgeError(error).reach === 'store') throw error;
  }
}
