import { Kysely, SqliteDialect } from 'kysely';
import { runsDirectly } from '../commands/compiled-once.ts';
import type { Schema } from '../schema.ts';
import type { SqliteStatement } from './driver.ts';

/** Kysely over whatever prepares statements; the connection stays its owner's to close. */
export function kyselyOn(statements: { prepare(sql: string): SqliteStatement }): Kysely<Schema> {
  const kysely = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: { prepare: (sql) => statements.prepare(sql), close: () => undefined } }),
  });
  runsDirectly(kysely, {
    run(sql, parameters) {
      const statement = statements.prepare(sql);
      if (statement.reader) return statement.all(parameters);
      statement.run(parameters);
      return [];
    },
    insert: (sql, parameters) => Number(statements.prepare(sql).run(parameters).lastInsertRowid),
  });
  return kysely;
}
