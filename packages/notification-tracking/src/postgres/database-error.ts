import { TrackingError, type TrackingErrorCode } from '../errors.ts';

/** The connection is gone, or cannot be had: nothing is known of what was under way on it. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/**
 * What an error means. `command`: its own doing. `again`: the database undid it for another's sake, it may be run again at once.
 * `away`: the connection or the server is gone, it may come back. `refused`: the server would not do it now. `never`: no further try helps.
 */
export type ErrorReach = 'command' | 'again' | 'away' | 'refused' | 'never';

/** A thrown value, judged. */
export interface JudgedError {
  readonly reach: ErrorReach;
  readonly code: TrackingErrorCode;
}

const BY_STATE: Readonly<Record<string, JudgedError>> = {
  '40001': { reach: 'again', code: 'TRACKING_STORE_BUSY' },
  '40P01': { reach: 'again', code: 'TRACKING_STORE_BUSY' },
  // A prepared statement whose table was changed since, or that somebody discarded: a new connection has neither.
  '0A000': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '26000': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  // A server that has become a standby: the next connection may find the primary.
  '25006': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '25P03': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '53300': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '53100': { reach: 'refused', code: 'TRACKING_STORE_FULL' },
  '57P01': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '57P02': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '57P03': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '57P05': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '3D000': { reach: 'never', code: 'TRACKING_STORE_FAILED' },
};

const BY_CLASS: Readonly<Record<string, JudgedError>> = {
  '08': { reach: 'away', code: 'TRACKING_STORE_BUSY' },
  '23': { reach: 'command', code: 'TRACKING_CONSTRAINT' },
  '28': { reach: 'never', code: 'TRACKING_STORE_FAILED' },
  '53': { reach: 'refused', code: 'TRACKING_STORE_BUSY' },
  '55': { reach: 'refused', code: 'TRACKING_STORE_BUSY' },
  '57': { reach: 'refused', code: 'TRACKING_STORE_BUSY' },
  '58': { reach: 'refused', code: 'TRACKING_STORE_BUSY' },
  XX: { reach: 'refused', code: 'TRACKING_STORE_BUSY' },
};

/** Tells what an error means that was thrown while a command or query ran, or a connection was opened. */
export function judgeError(error: unknown): JudgedError {
  if (error instanceof TrackingError) {
    return { reach: error.code === 'TRACKING_SCHEMA_NEWER' ? 'never' : 'command', code: error.code };
  }
  if (error instanceof ConnectionLost) {
    const state = sqlStateOf(error.cause);
    return state === undefined ? { reach: 'away', code: 'TRACKING_STORE_BUSY' } : ofState(state, 'away');
  }
  const state = sqlStateOf(error);
  return state === undefined ? { reach: 'command', code: 'TRACKING_COMMAND_INVALID' } : ofState(state, 'command');
}

function ofState(state: string, otherwise: 'away' | 'command'): JudgedError {
  return (
    BY_STATE[state] ??
    BY_CLASS[state.slice(0, 2)] ?? { reach: otherwise, code: otherwise === 'away' ? 'TRACKING_STORE_BUSY' : 'TRACKING_COMMAND_INVALID' }
  );
}

/** PostgreSQL's five characters, where its server threw it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** One line of what was thrown, for an error's text; never its detail, which quotes rows. */
export function describeError(error: unknown): string {
  if (error instanceof ConnectionLost) return describeError(error.cause);
  const state = sqlStateOf(error);
  const message = String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
  // Several addresses of one host are refused with one error without words.
  const words = message === '' && error instanceof Error && 'code' in error ? String(error.code) : message;
  return state === undefined ? words : `${state}: ${words}`;
}
