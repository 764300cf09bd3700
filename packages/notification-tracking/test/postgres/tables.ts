import { sql, type Kysely } from 'kysely';
import type { CommandFunction } from '../../src/command.ts';
import { TrackingError } from '../../src/errors.ts';
import { MIGRATIONS } from '../../src/migrations/index.ts';
import type { Migration } from '../../src/migrations/migration.ts';
import type { Schema } from '../../src/schema.ts';

function raise(state: string) {
  return sql`DO ${sql.lit(`BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '${state}'; END`)}`;
}

/** Small commands of the store's own tests. */
export const NOTES: Readonly<Record<string, CommandFunction>> = {
  async add(trx: Kysely<Schema>, { id }: { id: string }) {
    await sql`INSERT INTO note (id) VALUES (${id})`.execute(trx);
    return { result: id, events: [{ event: 'callsQueued' }] };
  },
  /** Fails with this state the first so many times. */
  async addAfter(trx: Kysely<Schema>, { id, state, failures }: { id: string; state: string; failures: { left: number } }) {
    await sql`INSERT INTO note (id) VALUES (${id})`.execute(trx);
    if (failures.left > 0) {
      failures.left -= 1;
      await raise(state).execute(trx);
    }
    return { result: id, events: [] };
  },
  async addThenThrow(trx: Kysely<Schema>, { id, coded }: { id: string; coded: boolean }) {
    await sql`INSERT INTO note (id) VALUES (${id})`.execute(trx);
    throw coded ? new TrackingError('TRACKING_COMMAND_INVALID', 'in its own words') : new TypeError('undefined is not a function');
  },
  /** Goes on after an error of the database, which has ended its transaction. */
  async addCareless(trx: Kysely<Schema>, { id }: { id: string }) {
    await sql`INSERT INTO note (id) VALUES (${id})`.execute(trx);
    await sql`SELECT * FROM nowhere`.execute(trx).catch(() => undefined);
    return { result: id, events: [] };
  },
  async show(trx: Kysely<Schema>, { name }: { name: string }) {
    const { rows } = await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(trx);
    return { result: rows[0]?.value, events: [] };
  },
  async tell(_trx: Kysely<Schema>, { columns }: { columns: number }) {
    const events = Array.from(
      { length: columns },
      (_, n) => ({ event: 'reportsOwed', columnId: `column ${n} ${'x'.repeat(100)}` }) as const,
    );
    return Promise.resolve({ result: undefined, events });
  },
} satisfies Readonly<Record<string, CommandFunction>>;

/** The package's schema and a table of notes. */
export const NOTE_MIGRATIONS: readonly Migration[] = [
  ...MIGRATIONS,
  { name: '9000-note', statements: { sqlite: [], postgres: ['CREATE TABLE note (id text PRIMARY KEY)'] } },
];
