import { Kysely, SqliteDialect } from 'kysely';
import type { Schema } from '../schema.ts';
import type { SqliteStatement } from './driver.ts';

/** Kysely over whatever prepares statements; the connection stays its owner's to close. */
export function kyselyOn(statements: { prepare(sql: string): SqliteStatement }): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: new SqliteDialect({ database: { prepare: (sql) => statements.prepare(sql), close: () => undefined } }),
  });
}
