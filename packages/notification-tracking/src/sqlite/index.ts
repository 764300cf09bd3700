import type { Store } from '../store.ts';

/** What `openSqliteStore` is told. */
export interface SqliteStoreOptions {
  /** The database file; made when absent, its folder not. */
  readonly path: string;
  /** Commands in one group at most. @defaultValue 500 */
  readonly groupLimit?: number;
  /** Commands waiting at most; beyond it `run` rejects with TRACKING_STORE_BUSY. @defaultValue 10,000 */
  readonly queueLimit?: number;
}

/**
 * Opens (and migrates) a SQLite database: WAL, `synchronous=FULL`, a worker that writes and one that reads.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`, `TRACKING_SCHEMA_NEWER`
 */
export function openSqliteStore(_options: SqliteStoreOptions): Promise<Store> {
  throw new Error('not built yet');
}
