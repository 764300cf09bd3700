import { TrackingError, type TrackingErrorCode } from '../errors.ts';

/**
 * What a thrown value means for the store.
 * `command`: only its command failed (its own code, or a constraint). `group`: SQLite may have rolled back, nothing of the group counts,
 * the store goes on. `store`: what is on disk is no longer certain, nothing more may be written.
 */
export type ErrorReach = 'command' | 'group' | 'store';

/** A thrown value, judged. */
export interface JudgedError {
  readonly reach: ErrorReach;
  readonly code: TrackingErrorCode;
  /** SQLite's extended result code where the database threw it. */
  readonly sqliteCode?: string;
}

type PrimaryCode =
  | 'CONSTRAINT'
  | 'FULL'
  | 'BUSY'
  | 'LOCKED'
  | 'PROTOCOL'
  | 'ERROR'
  | 'MISMATCH'
  | 'RANGE'
  | 'TOOBIG'
  | 'SCHEMA'
  | 'ABORT'
  | 'INTERRUPT';

/** By SQLite's primary result code. What is not named here (IOERR, CORRUPT, NOTADB, CANTOPEN, READONLY, NOMEM…) ends the store. */
const REACH: Readonly<Record<PrimaryCode, { readonly reach: ErrorReach; readonly code: TrackingErrorCode }>> = {
  CONSTRAINT: { reach: 'command', code: 'TRACKING_CONSTRAINT' },
  FULL: { reach: 'group', code: 'TRACKING_STORE_FULL' },
  BUSY: { reach: 'group', code: 'TRACKING_STORE_BUSY' },
  LOCKED: { reach: 'group', code: 'TRACKING_STORE_BUSY' },
  PROTOCOL: { reach: 'group', code: 'TRACKING_STORE_BUSY' },
  ERROR: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  MISMATCH: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  RANGE: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  TOOBIG: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  SCHEMA: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  ABORT: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
  INTERRUPT: { reach: 'group', code: 'TRACKING_COMMAND_INVALID' },
};

/** Tells how far an error reaches that was thrown while a command, a query or the store's own statement ran. */
export function judgeError(error: unknown): JudgedError {
  if (error instanceof TrackingError) return { reach: 'command', code: error.code };
  const sqliteCode = sqliteCodeOf(error);
  if (sqliteCode === undefined) return { reach: 'command', code: 'TRACKING_COMMAND_INVALID' };
  // A full disk met while the shared-memory index of the WAL grows; it is no part of what is flushed.
  if (sqliteCode === 'SQLITE_IOERR_SHMSIZE') return { reach: 'group', code: 'TRACKING_STORE_FULL', sqliteCode };
  const primary = sqliteCode.split('_')[1] ?? '';
  return Object.hasOwn(REACH, primary)
    ? { ...REACH[primary as PrimaryCode], sqliteCode }
    : { reach: 'store', code: 'TRACKING_STORE_FAILED', sqliteCode };
}

/** SQLite's result code of a value that better-sqlite3 threw. */
export function sqliteCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** One line of what was thrown, for an error's text. */
export function describeError(error: unknown): string {
  const sqliteCode = sqliteCodeOf(error);
  const message = String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
  return sqliteCode === undefined ? `${error instanceof Error ? `${error.name}: ` : ''}${message}` : `${sqliteCode}: ${message}`;
}
