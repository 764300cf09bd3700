import { TrackingError } from '../errors.ts';
import { describeError, judgeError } from './database-error.ts';

/** Nobody knows a command or query of this name. */
export function unknownName(kind: 'command' | 'query', name: string, known: readonly string[]): TrackingError {
  return new TrackingError(
    'TRACKING_COMMAND_INVALID',
    `There is no ${kind} ${JSON.stringify(name)}; expected one of ${known.join(', ')}. Nothing was done.`,
  );
}

/** A request failed while the database was there. A TrackingError keeps its words. */
export function requestError(kind: 'command' | 'query', name: string, error: unknown): TrackingError {
  if (error instanceof TrackingError) return error;
  const { code, reach } = judgeError(error);
  const what = `The ${kind} ${name} was undone (${describeError(error)})`;
  if (code === 'TRACKING_CONSTRAINT') {
    return new TrackingError(code, `${what}: it met a constraint of the database. Look at what is stored before it is sent again.`);
  }
  if (code === 'TRACKING_STORE_FULL')
    return new TrackingError(code, `${what}: the server's disk is full. Free space; it goes on by itself.`);
  if (reach === 'command') return new TrackingError(code, `${what}: repeating it will fail again, report it.`);
  return new TrackingError('TRACKING_STORE_BUSY', `${what}: the server would not do it now. Send it again later.`);
}

/** The database was away for as long as this request could wait. `inDoubt`: its COMMIT was sent, and nobody answered. */
export function awayError(name: string, afterMs: number, inDoubt: boolean, error: unknown): TrackingError {
  const stored = inDoubt ? 'it is not known whether it was stored: its COMMIT was sent and not answered' : 'nothing of it was stored';
  return new TrackingError(
    'TRACKING_STORE_BUSY',
    `The database did not answer ${name} within ${afterMs} ms (${describeError(error)}); ${stored}. ` +
      'Look whether PostgreSQL runs and can be reached; the store goes on by itself as soon as it can.',
  );
}

/** Too many wait already. */
export function tooMany(name: string, limit: number): TrackingError {
  return new TrackingError(
    'TRACKING_STORE_BUSY',
    `${name} was not taken: ${limit} requests wait for the database already. Send it again later.`,
  );
}

/** No further try can help. */
export function failedForGood(error: unknown): TrackingError {
  if (error instanceof TrackingError) return error;
  return new TrackingError(
    'TRACKING_STORE_FAILED',
    `The database refuses this program for good (${describeError(error)}); nothing more is stored. ` +
      'Restore its user, password, rights or database, then start again; what was under way shows after the restart.',
  );
}
