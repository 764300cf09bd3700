import { Kysely, PostgresDialect } from 'kysely';
import type { Schema } from '../schema.ts';
import type { PgResult } from './driver.ts';

/** Kysely over whatever answers statements; transactions and the connection stay their owner's. */
export function kyselyOn(query: (sql: string, parameters: readonly unknown[]) => Promise<PgResult>): Kysely<Schema> {
  const client = {
    query: (sql: string, parameters: readonly unknown[]) => query(sql, parameters),
    release: () => undefined,
  };
  return new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: { connect: () => Promise.resolve(client as never), end: () => Promise.resolve(), options: {} },
    }),
  });
}
