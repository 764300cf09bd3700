import { randomUUID } from 'node:crypto';
import { COMMANDS } from '../commands.ts';
import type { CommandFunction, CommandResult, QueryFunction } from '../command.ts';
import { TrackingError } from '../errors.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';
import { QUERIES } from '../queries.ts';
import type { Store } from '../store.ts';
import type { TrackerEvent } from '../tracker.ts';
import type { CommandRequest } from './command-group.ts';
import { describeError } from './database-error.ts';
import { loadDriver, type PgDriver } from './driver.ts';
import { unknownName } from './error-texts.ts';
import { companyOf } from './locks.ts';
import { checkSchema, migrate } from './migrate.ts';
import { Session, type SessionOptions } from './session.ts';
import { Slot, type QueryRequest } from './slot.ts';
import { SlotQueue } from './slot-queue.ts';
import { WakeUp } from './wake-up.ts';

/** Where the database is. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`; may hold a password: it is never put into an error or a log. */
  readonly url: string;
  /** In place of the URL's password. */
  readonly password?: string;
  /** Connections of the pool, 2 to 100; one more listens. @defaultValue 10 */
  readonly connections?: number;
  /** Commands, and reads, waiting at most; beyond it they reject with TRACKING_STORE_BUSY. @defaultValue 10,000 */
  readonly queueLimit?: number;
  /** Within this a command or read is answered or rejected, also while the database is away, ms, 1,000 to 60,000. @defaultValue 12,000 */
  readonly commandTimeoutMs?: number;
  /** UTC milliseconds, for the ledger of migrations and the age of what is pruned. @defaultValue Date.now */
  readonly now?: () => number;
}

/** What tests change: not part of the package's surface. */
export interface PostgresStoreInternals {
  readonly commands?: Readonly<Record<string, CommandFunction>>;
  readonly migrations?: readonly Migration[];
  /** Module name of pg. */
  readonly driver?: string;
}

/** For a migration of a large database, ms. */
const MIGRATION_MS = 600_000;
/** Commands committed together at most: subtransactions beyond 64 cost every reader of the database. */
const GROUP_COMMANDS = 64;
/** What slots of stores that crashed did last is kept so long, ms. */
const PRUNE_AFTER_MS = 7 * 86_400_000;

/**
 * Opens the store, migrating the schema when it is older. The package `pg` must be installed.
 *
 * @throws TypeError, RangeError for options that cannot be meant
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`, `TRACKING_SCHEMA_NEWER`
 */
export function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return openPostgresStoreWith(options, {});
}

/** {@link openPostgresStore} with what tests change. */
export async function openPostgresStoreWith(options: PostgresStoreOptions, internals: PostgresStoreInternals): Promise<Store> {
  const { connections = 10, queueLimit = 10_000, commandTimeoutMs = 12_000, now = Date.now } = options;
  requireWhole('connections', connections, 2, 100);
  requireWhole('queueLimit', queueLimit, 1, 1_000_000);
  requireWhole('commandTimeoutMs', commandTimeoutMs, 1_000, 60_000);
  const place = placeOf(options.url);
  const migrations = internals.migrations ?? MIGRATIONS;
  const driver = await loadDriver(internals.driver ?? 'pg');
  const session: SessionOptions = {
    url: options.password === undefined ? options.url : withPassword(options.url, options.password),
    connectTimeoutMs: Math.ceil(commandTimeoutMs / 3),
    statementTimeoutMs: Math.ceil(commandTimeoutMs / 3),
    idleTransactionMs: Math.ceil(commandTimeoutMs / 4),
  };
  try {
    await prepare(driver, session, migrations, now());
  } catch (error) {
    if (error instanceof TrackingError) throw error;
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The database ${place} was not opened: ${describeError(error)}. ` +
        'Check that PostgreSQL runs there, that the database exists, and that this user may log in and create tables.',
      { cause: error },
    );
  }
  return new PostgresStore({
    connections,
    queueLimit,
    commandTimeoutMs,
    now,
    commands: internals.commands ?? COMMANDS,
    open: async () => {
      const opened = await Session.open(driver, session);
      try {
        await checkSchema(opened, migrations);
        return opened;
      } catch (error) {
        opened.destroy();
        throw error;
      }
    },
  });
}

async function prepare(driver: PgDriver, options: SessionOptions, migrations: readonly Migration[], now: number): Promise<void> {
  const session = await Session.open(driver, { ...options, statementTimeoutMs: MIGRATION_MS });
  try {
    await migrate(session, migrations, now);
    await session.query('DELETE FROM command_done WHERE used_at < $1', [now - PRUNE_AFTER_MS]);
  } finally {
    await session.close();
  }
}

interface PostgresStoreParts {
  readonly connections: number;
  readonly queueLimit: number;
  readonly commandTimeoutMs: number;
  readonly now: () => number;
  readonly commands: Readonly<Record<string, CommandFunction>>;
  readonly open: () => Promise<Session>;
}

class PostgresStore implements Store {
  readonly failed: Promise<TrackingError>;
  readonly #commands: Readonly<Record<string, CommandFunction>>;
  readonly #slots: readonly Slot[];
  readonly #writing: SlotQueue<Slot, CommandRequest>;
  readonly #reading: SlotQueue<Slot, QueryRequest>;
  readonly #wakeUp: WakeUp;
  readonly #listeners = new Set<(events: readonly TrackerEvent[]) => void>();
  readonly #closeWithinMs: number;
  #closing: Promise<void> | undefined;

  constructor({ connections, queueLimit, commandTimeoutMs, now, commands, open }: PostgresStoreParts) {
    const name = randomUUID();
    const failed = Promise.withResolvers<TrackingError>();
    this.failed = failed.promise;
    this.#commands = commands;
    this.#closeWithinMs = Math.ceil(commandTimeoutMs / 3);
    this.#slots = Array.from(
      { length: connections },
      (_, position) => new Slot({ id: `${name}/${position}`, open, commandTimeoutMs, now, random: Math.random }),
    );
    const readers = Math.max(1, Math.floor(connections / 3));
    const onFailed = (error: TrackingError): void => {
      this.#reading.refuse(error);
      this.#writing.refuse(error);
      failed.resolve(error);
    };
    // Who has hardly any time left would end the transaction of those that are taken with him.
    const queue = { limit: queueLimit, waitMs: commandTimeoutMs - Math.ceil(commandTimeoutMs / 12), onFailed };
    this.#reading = new SlotQueue({
      ...queue,
      slots: this.#slots.slice(0, readers),
      groupSize: 1,
      run: async (slot, requests) => {
        for (const request of requests) await slot.read(request);
      },
    });
    this.#writing = new SlotQueue({
      ...queue,
      slots: this.#slots.slice(readers),
      groupSize: GROUP_COMMANDS,
      run: (slot, requests) => slot.run(requests),
    });
    this.#wakeUp = new WakeUp({
      from: name,
      open,
      listener: (events) => {
        for (const listener of this.#listeners) listener(events);
      },
    });
  }

  async run(name: string, payload: object): Promise<CommandResult> {
    const command = Object.hasOwn(this.#commands, name) ? this.#commands[name] : undefined;
    if (command === undefined) throw unknownName('command', name, Object.keys(this.#commands));
    const answer = await this.#writing.use<CommandResult>(name, companyOf(name), (waiting) => ({ ...waiting, command, payload }));
    this.#wakeUp.tell(answer.events);
    return answer;
  }

  async read(name: string, payload: object): Promise<unknown> {
    const query: QueryFunction | undefined = Object.hasOwn(QUERIES, name) ? QUERIES[name] : undefined;
    if (query === undefined) throw unknownName('query', name, Object.keys(QUERIES));
    return this.#reading.use<unknown>(name, 'apart', (waiting) => ({ ...waiting, query: (db) => query(db, payload as never) }));
  }

  onRemoteEvents(listener: (events: readonly TrackerEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = new TrackingError('TRACKING_STORE_CLOSED', 'The store has been closed; nothing was stored. Open it again.');
    for (const slot of this.#slots) slot.hurry(this.#closeWithinMs);
    await Promise.all([this.#writing.drain(closed), this.#reading.drain(closed), this.#wakeUp.close()]);
    // Where the database is away just now, a later opening prunes them.
    await Promise.allSettled(this.#slots.map((slot) => slot.retire()));
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The URL without its user and password. */
function placeOf(url: string): string {
  if (typeof url !== 'string') throw new TypeError(`openPostgresStore: url must be a string, got ${typeof url}`);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new TypeError(
      'openPostgresStore: url must be postgres://user:password@host:port/database; what was given is not shown, it may hold a password',
    );
  }
  return `${parsed.host}${parsed.pathname}`;
}

/** `pg` lets the URL's password stand before any other. */
function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = encodeURIComponent(password);
  return changed.href;
}

function requireWhole(name: string, value: number, lowest: number, highest: number): void {
  if (!Number.isSafeInteger(value) || value < lowest || value > highest) {
    throw new RangeError(`openPostgresStore: ${name} must be a whole number from ${lowest} to ${highest}, got ${value}`);
  }
}
