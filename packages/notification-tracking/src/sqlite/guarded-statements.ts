import type { SqliteConnection, SqliteStatement } from './driver.ts';
import type { Statements } from './kysely-on.ts';

/**
 * The statements of commands. After SQLite has rolled back by itself, as it does on a full disk, a statement that a command still sends would
 * be stored on its own: it is refused. Asking SQLite before each one takes its time, so that those of an accept are let through while none of
 * their transaction has failed; of others' failures nothing is heard here, so that each of them is suspect.
 */
export class GuardedStatements implements Statements {
  readonly #connection: Pick<SqliteConnection, 'inTransaction'>;
  readonly #statements: { prepare(sql: string): SqliteStatement };
  #suspect = true;

  constructor(connection: Pick<SqliteConnection, 'inTransaction'>, statements: { prepare(sql: string): SqliteStatement }) {
    this.#connection = connection;
    this.#statements = statements;
  }

  /** Runs one statement of the group's own: BEGIN, SAVEPOINT, RELEASE, ROLLBACK, COMMIT. */
  exec(sql: string): void {
    this.#suspect = true;
    this.#statements.prepare(sql).run([]);
    this.#suspect = !sql.startsWith('BEGIN');
  }

  prepare(sql: string): SqliteStatement {
    this.#suspect = true;
    return this.prepareDirect(sql);
  }

  prepareDirect(sql: string): SqliteStatement {
    if (this.#suspect && !this.#connection.inTransaction) throw new Error('a statement was sent outside of its group');
    return this.#statements.prepare(sql);
  }

  failed(): void {
    this.#suspect = true;
  }
}
