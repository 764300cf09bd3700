import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TrackingError } from '../errors.ts';
import type { Store, StorePressure } from '../store.ts';
import type { WorkerStart } from './messages.ts';
import { ReaderOnDemand } from './reader-on-demand.ts';
import { WorkerLink } from './worker-link.ts';

/** What `openSqliteStore` is told. */
export interface SqliteStoreOptions {
  /** The database file; made when absent (readable by its owner only), its folder not. */
  readonly path: string;
  /** Commands in one group at most. @defaultValue 500 */
  readonly groupLimit?: number;
  /** Commands waiting at most, and as many reads; beyond it `run` and `read` reject with TRACKING_STORE_BUSY. @defaultValue 10,000 */
  readonly queueLimit?: number;
  /**
   * How long is waited for another process to let go of the file, at opening, and for another program's lock, at each group; ms.
   * @defaultValue 5,000
   */
  readonly busyTimeoutMs?: number;
  /** The thread that reads is ended when nothing was read for so long, and started by the next read; ms. @defaultValue 60,000 */
  readonly readerIdleMs?: number;
  /**
   * Space kept in a file beside the database, `<path>-ballast`, and given up when the disk is full, so that what was accepted can still be
   * told; at most an eighth of the volume. 0: none. Bytes. @defaultValue 16 MiB
   */
  readonly ballastBytes?: number;
  /** Free space below which nothing new is taken; at most as much as the ballast has. Bytes. @defaultValue 16 MiB */
  readonly lowWaterBytes?: number;
  /** UTC milliseconds; read once, for the ledger of migrations. @defaultValue Date.now */
  readonly now?: () => number;
}

/** What tests change: not part of the package's surface. */
export interface SqliteStoreInternals {
  /** URL of a module that exports COMMANDS, QUERIES and MIGRATIONS. */
  readonly tables?: URL;
  /** Module name of better-sqlite3. */
  readonly driver?: string;
}

/** The ballast, and the low-water mark. */
const RESERVE_BYTES = 16_777_216;

/**
 * Opens (and migrates) a SQLite database: WAL, `synchronous=FULL`, a worker that writes and, while anything is read, one that reads.
 * The file belongs to one process; another that opens it waits up to `busyTimeoutMs` for the first to let go and is then refused, with the
 * holder's name. Other programs may read it meanwhile. The package `better-sqlite3` must be installed.
 *
 * @throws TypeError, RangeError for options that cannot be meant
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`, `TRACKING_SCHEMA_NEWER`
 */
export function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return openSqliteStoreWith(options, {});
}

/** {@link openSqliteStore} with what tests change. */
export async function openSqliteStoreWith(options: SqliteStoreOptions, internals: SqliteStoreInternals): Promise<Store> {
  const { path, groupLimit = 500, queueLimit = 10_000, busyTimeoutMs = 5_000, readerIdleMs = 60_000, now = Date.now } = options;
  const { ballastBytes = RESERVE_BYTES, lowWaterBytes = RESERVE_BYTES } = options;
  if (typeof path !== 'string' || path === '' || path === ':memory:') {
    throw new TypeError(
      `openSqliteStore: path must name a file, got ${JSON.stringify(path)}; a database in memory cannot be shared by two threads`,
    );
  }
  requireCount('groupLimit', groupLimit);
  requireCount('queueLimit', queueLimit);
  requireCount('busyTimeoutMs', busyTimeoutMs);
  requireCount('readerIdleMs', readerIdleMs);
  requireCount('ballastBytes', ballastBytes, 0);
  requireCount('lowWaterBytes', lowWaterBytes, 0);
  const failed = Promise.withResolvers<TrackingError>();
  const onFailed = (error: TrackingError): void => {
    writer.fail(error);
    reader.fail(error);
    failed.resolve(error);
  };
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const start = {
    path: resolve(path),
    tables: (internals.tables ?? new URL(`./tables${extension}`, import.meta.url)).href,
    driver: internals.driver ?? 'better-sqlite3',
    openedAt: now(),
    // Containers that share a volume all have a process 1; the time of its start tells them apart.
    holder: `process ${process.pid} on ${hostname()}, started ${new Date(Math.round(performance.timeOrigin)).toISOString()}`,
    busyTimeoutMs,
    ballastBytes,
    lowWaterBytes,
  } satisfies Omit<WorkerStart, 'role'>;
  const closed = new TrackingError('TRACKING_STORE_CLOSED', 'The store has been closed; nothing was stored. Open it again.');

  let pressure: StorePressure = 'none';
  const onPressure = (now: StorePressure): void => {
    pressure = now;
  };
  const writer = new WorkerLink({ start: { ...start, role: 'write' }, groupLimit, queueLimit, onFailed, onPressure });
  // One query at a time: none waits for the answers of those behind it.
  const startReader = (): WorkerLink =>
    new WorkerLink({ start: { ...start, role: 'read' }, groupLimit: 1, queueLimit: queueLimit + 1, onFailed });
  const reader = new ReaderOnDemand(startReader, readerIdleMs, queueLimit);
  try {
    await writer.open();
  } catch (error) {
    await writer.close(closed);
    throw error;
  }
  return new SqliteStore(writer, reader, failed.promise, closed, () => pressure);
}

class SqliteStore implements Store {
  readonly failed: Promise<TrackingError>;
  readonly #writer: WorkerLink;
  readonly #reader: ReaderOnDemand;
  readonly #closed: TrackingError;
  readonly #pressure: () => StorePressure;
  #closing: Promise<void> | undefined;

  constructor(
    writer: WorkerLink,
    reader: ReaderOnDemand,
    failed: Promise<TrackingError>,
    closed: TrackingError,
    pressure: () => StorePressure,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.failed = failed;
    this.#closed = closed;
    this.#pressure = pressure;
  }

  get pressure(): StorePressure {
    return this.#pressure();
  }

  run(name: string, command: object): Promise<unknown> {
    return this.#writer.request(name, command);
  }

  read(name: string, query: object): Promise<unknown> {
    return this.#reader.request(name, query, this.#closed);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The reader first: the last connection to leave removes the WAL, and only the writer's may.
    const reader = this.#reader.close(this.#closed);
    const queued = this.#writer.drain(this.#closed);
    await reader;
    await queued;
    await this.#writer.close(this.#closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function requireCount(name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`openSqliteStore: ${name} must be a whole number from ${least}, got ${value}`);
}
