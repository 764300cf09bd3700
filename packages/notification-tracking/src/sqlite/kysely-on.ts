import { Kysely, SqliteDialect } from 'kysely';
import { runsDirectly } from '../commands/compiled-once.ts';
import type { Schema } from '../schema.ts';
import type { SqliteStatement } from './driver.ts';

/** Whatever prepares statements. */
export interface Statements {
  prepare(sql: string): SqliteStatement;
  /** The same for a statement whose failure `failed` hears of. */
  prepareDirect?(sql: string): SqliteStatement;
  failed?(): void;
}

/** Kysely over whatever prepares statements; the connection stays its owner's to close. */
export function kyselyOn(statements: Statements): Kysely<Schema> {
  const direct = <Result>(sql: string, execute: (statement: SqliteStatement) => Result): Result => {
    try {
      return execute(statements.prepareDirect?.(sql) ?? statements.prepare(sql));
    } catch (error) {
      statements.failed?.();
      throw error;
    }
  };
  const kysely = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: { prepare: (sql) => statements.prepare(sql), close: () => undefined } }),
  });
  runsDirectly(kysely, {
    run: (sql, parameters) =>
      direct(sql, (statement) => {
        if (statement.reader) return statement.all(parameters);
        statement.run(parameters);
        return [];
      }),
    insert: (sql, parameters) => direct(sql, (statement) => Number(statement.run(parameters).lastInsertRowid)),
  });
  return kysely;
}
