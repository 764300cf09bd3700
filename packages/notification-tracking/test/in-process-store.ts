import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { COMMANDS } from '../src/commands.ts';
import type { TrackingError } from '../src/errors.ts';
import { MIGRATIONS } from '../src/migrations/index.ts';
import { QUERIES } from '../src/queries.ts';
import type { Schema } from '../src/schema.ts';
import type { Store } from '../src/store.ts';

/** A store in memory, in this thread: one connection, one transaction a command. */
export interface InProcessStore extends Store {
  readonly database: Database.Database;
  /** SQL of the statements prepared since it was opened. */
  readonly statements: () => readonly string[];
  /** How often a statement was executed since it was opened. */
  readonly executions: () => number;
}

/** `cloning`: commands and results are cloned, as they are where they cross threads. */
export function openInProcessStore({ cloning = true }: { readonly cloning?: boolean } = {}): InProcessStore {
  const cross = <Value>(value: Value): Value => (cloning ? structuredClone(value) : value);
  const database = new Database(':memory:');
  database.pragma('foreign_keys = ON');
  for (const migration of MIGRATIONS) for (const statement of migration.statements.sqlite) database.exec(statement);
  const prepared = new Map<string, Database.Statement>();
  let executions = 0;
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare: (text) => {
          executions += 1;
          let statement = prepared.get(text);
          if (statement === undefined) {
            statement = database.prepare(text);
            prepared.set(text, statement);
          }
          return statement;
        },
      },
    }),
  });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const close = async (): Promise<void> => {
    await last;
    database.close();
  };
  return {
    database,
    statements: () => [...prepared.keys()],
    executions: () => executions,
    run: (name, command) =>
      inTurn(async () => {
        const run = COMMANDS[name];
        if (run === undefined) throw new Error(`no command ${name}`);
        database.exec('BEGIN');
        try {
          const result = cross(await run(db, cross(command) as never));
          database.exec('COMMIT');
          return result;
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      }),
    read: (name, query) =>
      inTurn(async () => {
        const read = QUERIES[name];
        if (read === undefined) throw new Error(`no query ${name}`);
        return read(db, query as never);
      }),
    failed: new Promise<TrackingError>(() => undefined),
    close,
    [Symbol.asyncDispose]: close,
  };
}
