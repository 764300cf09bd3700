import { TrackingError, type TrackingErrorCode } from '../errors.ts';
import { describeError, judgeError } from './database-error.ts';
import type { PlainError } from './messages.ts';

/** Nobody knows a command or query of this name. */
export function unknownName(kind: 'command' | 'query', name: string, known: readonly string[]): PlainError {
  return {
    code: 'TRACKING_COMMAND_INVALID',
    message: `There is no ${kind} ${JSON.stringify(name)}; expected one of ${known.join(', ')}. Nothing was done.`,
  };
}

/** A request failed by its own doing: a constraint, or its own code. Its own TrackingErrors keep their words. */
export function ownError(kind: 'command' | 'query', name: string, error: unknown): PlainError {
  if (error instanceof TrackingError) return { code: error.code, message: error.message };
  const { code } = judgeError(error);
  return {
    code,
    message:
      code === 'TRACKING_CONSTRAINT'
        ? `The ${kind} ${name} met a constraint of the database and was undone (${describeError(error)}). Look at what is stored before it is sent again.`
        : `The ${kind} ${name} failed in its own code and was undone (${describeError(error)}). Repeating it will fail again: report it.`,
  };
}

/** What `name` is told when the database ended its group. `culprit`: it was its own statement that failed. */
export function groupError(name: string, culprit: boolean, error: unknown): PlainError {
  const { code } = judgeError(error);
  // A neighbour did nothing wrong: it may come again.
  return code === 'TRACKING_COMMAND_INVALID' && !culprit
    ? {
        code: 'TRACKING_STORE_BUSY',
        message: `The command ${name} was not stored: another command of its group ended the transaction (${describeError(error)}). Send it again.`,
      }
    : { code, message: `The command ${name} was not stored (${describeError(error)}): ${groupRemedy(code)}` };
}

/** A command that would make the database larger came while the disk has no room for it. */
export function noRoomToGrow(name: string): PlainError {
  return {
    code: 'TRACKING_STORE_FULL',
    message:
      `The command ${name} was not stored: the disk is full or nearly so, and what is left is kept for what has been promised. ` +
      'Free space; the store takes new commands again by itself.',
  };
}

function groupRemedy(code: TrackingErrorCode): string {
  if (code === 'TRACKING_STORE_FULL')
    return 'the disk is full, or the database has reached its size limit. Free space; the store goes on by itself.';
  if (code === 'TRACKING_STORE_BUSY')
    return 'another program holds the database. Close it (a shell, a backup, a migration) and send the command again.';
  if (code === 'TRACKING_CONSTRAINT')
    return 'a constraint that is checked at COMMIT does not hold for its group. Send its commands again one by one.';
  return 'its statement cannot be run. Repeating it will fail again: report it.';
}

/** The database failed in a way after which nothing may be written. */
export function storeFailed(doing: string, error: unknown): PlainError {
  return {
    code: 'TRACKING_STORE_FAILED',
    message:
      `The database failed while ${doing} (${describeError(error)}); nothing more is stored and it is not tried again. ` +
      'End the process, look at the disk and the kernel log, check the file (PRAGMA integrity_check) or restore a copy, then start again; ' +
      'what was under way shows after the restart.',
  };
}
