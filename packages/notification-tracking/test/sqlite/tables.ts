import { threadId } from 'node:worker_threads';
import { sql, type Kysely } from 'kysely';
import type { CommandFunction, QueryFunction } from '../../src/command.ts';
import { TrackingError } from '../../src/errors.ts';
import type { Migration } from '../../src/migrations/migration.ts';
import type { Schema } from '../../src/schema.ts';

/** `not-equal` is a gate that was open already. */
function waitForGate(gate: Int32Array): 'opened' | 'timed-out' {
  return Atomics.wait(gate, 0, 0, 15_000) === 'timed-out' ? 'timed-out' : 'opened';
}

/** Small commands of the storage's own tests: the workers import this module in place of the package's. */
export const COMMANDS: Readonly<Record<string, CommandFunction>> = {
  async add(trx: Kysely<Schema>, { id, filler = '' }: { id: string; filler?: string }) {
    await sql`INSERT INTO note (id, filler) VALUES (${id}, ${filler})`.execute(trx);
    return { result: id, events: [] };
  },
  async empty(trx: Kysely<Schema>) {
    await sql`DELETE FROM note`.execute(trx);
    return { result: undefined, events: [] };
  },
  async erase(trx: Kysely<Schema>, { id }: { id: string }) {
    await sql`UPDATE note SET filler = '' WHERE id = ${id}`.execute(trx);
    return { result: undefined, events: [] };
  },
  /** Inserts, then fails in its own code. */
  async addThenThrow(trx: Kysely<Schema>, { id, coded }: { id: string; coded: boolean }) {
    await sql`INSERT INTO note (id, filler) VALUES (${id}, '')`.execute(trx);
    throw coded
      ? new TrackingError('TRACKING_COMMAND_INVALID', 'now must be a whole number, got NaN')
      : new TypeError('undefined is not a function');
  },
  /** Inserts, then meets an error of the database that is no constraint. */
  async addThenBreak(trx: Kysely<Schema>, { id }: { id: string }) {
    await sql`INSERT INTO note (id, filler) VALUES (${id}, '')`.execute(trx);
    await sql`INSERT INTO nowhere (id) VALUES (1)`.execute(trx);
    return { result: undefined, events: [] };
  },
  /** Two statements at once, the first of which may end the transaction. */
  async addBoth(trx: Kysely<Schema>, { ids, filler }: { ids: readonly string[]; filler: string }) {
    await Promise.all(
      ids.map((id, position) => sql`INSERT INTO note (id, filler) VALUES (${id}, ${position === 0 ? filler : ''})`.execute(trx)),
    );
    return { result: undefined, events: [] };
  },
  /** Holds the worker until `gate[0]` is set; answers whether it was. */
  block(_trx: Kysely<Schema>, { gate }: { gate: Int32Array }) {
    return Promise.resolve({ result: waitForGate(gate), events: [] });
  },
  async limitPages(trx: Kysely<Schema>, { pages }: { pages: number }) {
    await sql`PRAGMA max_page_count = ${sql.raw(String(pages))}`.execute(trx);
    return { result: undefined, events: [] };
  },
  async pragma(trx: Kysely<Schema>, { name }: { name: string }) {
    const { rows } = await sql<Record<string, unknown>>`PRAGMA ${sql.raw(name)}`.execute(trx);
    return { result: Object.values(rows[0] ?? {})[0], events: [] };
  },
  /** What better-sqlite3 throws when a flush fails. */
  failToFlush() {
    return Promise.reject(Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' }));
  },
  crash() {
    process.exit(3);
  },
} satisfies Readonly<Record<string, CommandFunction>>;

export const QUERIES: Readonly<Record<string, QueryFunction>> = {
  async ids(db: Kysely<Schema>) {
    const { rows } = await sql<{ id: string }>`SELECT id FROM note ORDER BY id`.execute(db);
    return rows.map((row) => row.id);
  },
  async write(db: Kysely<Schema>) {
    await sql`INSERT INTO note (id, filler) VALUES ('by a reader', '')`.execute(db);
  },
  async broken(db: Kysely<Schema>) {
    await sql`SELECT * FROM nowhere`.execute(db);
  },
  async pragma(db: Kysely<Schema>, { name }: { name: string }) {
    const { rows } = await sql<Record<string, unknown>>`PRAGMA ${sql.raw(name)}`.execute(db);
    return Object.values(rows[0] ?? {})[0];
  },
  thread() {
    return Promise.resolve(threadId);
  },
  failToRead() {
    return Promise.reject(Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' }));
  },
  block(_db: Kysely<Schema>, { gate }: { gate: Int32Array }) {
    return Promise.resolve(waitForGate(gate));
  },
} satisfies Readonly<Record<string, QueryFunction>>;

export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-note', statements: { sqlite: ['CREATE TABLE note (id TEXT PRIMARY KEY, filler TEXT NOT NULL) STRICT'] } },
];
