import { once } from 'node:events';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { TrackingError } from '../errors.ts';
import { trackingError, type PlainError } from './messages.ts';
import { workerFlags } from './worker-flags.ts';

/** What `backupSqliteStore` is told. */
export interface SqliteBackupOptions {
  /** The database; a bridge may be using it. */
  readonly path: string;
  /** The copy; must not exist, its folder must. */
  readonly target: string;
}

/** What the thread of a backup is started with. */
export interface BackupStart {
  /** Absolute. */
  readonly path: string;
  /** Absolute. */
  readonly target: string;
}

/** What it answers. */
export type BackupAnswer = { readonly bytes: number } | { readonly error: PlainError };

/**
 * Copies a database, as it is at one moment, into a new file, checks the copy and flushes it to disk; returns its size.
 * The bridge may go on writing meanwhile. Until the copy is whole it is called `<target>.part`; the copy is readable by its owner only.
 * Runs in a thread of its own and cannot be interrupted but by the end of the process.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED` when there is no database or the copy cannot be made there,
 * `TRACKING_STORE_FULL`, `TRACKING_STORE_FAILED` when the copy is not sound
 */
export async function backupSqliteStore(options: SqliteBackupOptions): Promise<{ readonly bytes: number }> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const start: BackupStart = { path: resolve(options.path), target: resolve(options.target) };
  const worker = new Worker(new URL(`./backup-worker${extension}`, import.meta.url), {
    workerData: start,
    name: 'taxinav-backup',
    ...workerFlags(process.execArgv),
  });
  const ended: BackupAnswer = {
    error: {
      code: 'TRACKING_STORE_FAILED',
      message: `The backup of ${start.path} ended unexpectedly. Delete ${start.target}.part and run it again.`,
    },
  };
  const exited = once(worker, 'exit').catch(() => undefined);
  const answer = await Promise.race([
    once(worker, 'message').then(
      ([message]) => message as BackupAnswer,
      () => ended,
    ),
    exited.then(() => ended),
  ]);
  await exited;
  if ('error' in answer) throw trackingError(answer.error);
  return answer;
}

/** The refusal of a backup before it began. */
export function backupRefused(start: BackupStart, why: string, remedy: string): TrackingError {
  return new TrackingError('TRACKING_STORE_OPEN_FAILED', `${start.path} was not copied to ${start.target}: ${why}. ${remedy}`);
}
