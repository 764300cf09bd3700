import { createRequire } from 'node:module';
import { TrackingError } from '../errors.ts';

/** A prepared statement, as far as this package uses it. */
export interface SqliteStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

/** A connection of better-sqlite3, as far as this package uses it. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close(): void;
  readonly inTransaction: boolean;
}

/** The class that better-sqlite3 exports. `timeout` is SQLite's busy timeout in milliseconds. */
export type SqliteDriver = new (
  path: string,
  options: { readonly readonly?: boolean; readonly fileMustExist?: boolean; readonly timeout?: number },
) => SqliteConnection;

/**
 * Loads the optional peer `better-sqlite3`; called in the workers only.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED` when it is not installed or its binary does not load
 */
export function loadDriver(specifier: string): SqliteDriver {
  try {
    return createRequire(import.meta.url)(specifier) as SqliteDriver;
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'MODULE_NOT_FOUND';
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      missing
        ? `The package ${specifier} is not installed; a SQLite database needs it. Install it beside @taxinav/notification-tracking: npm install better-sqlite3@13`
        : `The package ${specifier} is installed but does not load on this system (${process.platform} ${process.arch}, Node ${process.versions.node}): ` +
            `${firstLine(error)}. Install it again on this machine: npm install better-sqlite3@13`,
      { cause: error },
    );
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
