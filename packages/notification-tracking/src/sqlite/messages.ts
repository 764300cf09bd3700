import { TrackingError, type TrackingErrorCode } from '../errors.ts';
import type { StorePressure } from '../store.ts';
import type { PackedGroup } from './packed-group.ts';

/** A command or query on its way to a worker. */
export interface WorkerRequest {
  readonly name: string;
  readonly payload: object;
}

/** A TrackingError as plain data: what crosses threads. */
export interface PlainError {
  readonly code: TrackingErrorCode;
  readonly message: string;
}

/** What became of one request. */
export type WorkerAnswer = { readonly value: unknown } | { readonly error: PlainError };

/** Main thread → worker. First `open`; then a worker has at most one group at a time. */
export type ToWorker = { readonly kind: 'open' } | { readonly kind: 'group'; readonly group: PackedGroup } | { readonly kind: 'close' };

/** Worker → main thread. `answers` has one entry for each request of the group, in its order. `failed`: nothing follows. */
export type FromWorker =
  | { readonly kind: 'opened' }
  | { readonly kind: 'openFailed'; readonly error: PlainError }
  | { readonly kind: 'answers'; readonly answers: readonly WorkerAnswer[] }
  | { readonly kind: 'pressure'; readonly pressure: StorePressure }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** What a worker is started with. */
export interface WorkerStart {
  readonly role: 'write' | 'read';
  /** Absolute. */
  readonly path: string;
  /** URL of the module with COMMANDS, QUERIES and MIGRATIONS. */
  readonly tables: string;
  /** Module name of better-sqlite3. */
  readonly driver: string;
  /** UTC milliseconds, for the ledger of migrations. */
  readonly openedAt: number;
  /** Names this process among all that may use the file. */
  readonly holder: string;
  /** How long another process's hold on the file, or another program's lock, is waited for, ms. */
  readonly busyTimeoutMs: number;
  /** Space kept to be given up when the disk is full, bytes. */
  readonly ballastBytes: number;
  /** Free space below which growth is refused, bytes. */
  readonly lowWaterBytes: number;
}

/** The plain form of an error. */
export function plainError(error: TrackingError): PlainError {
  return { code: error.code, message: error.message };
}

/** The error of a plain form. */
export function trackingError(error: PlainError): TrackingError {
  return new TrackingError(error.code, error.message);
}
