import { sql, type Compilable, type CompiledQuery, type InsertQueryBuilder, type InsertResult, type Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

// Only SQL texts by name, and only as long as their database: building and compiling them anew took longer than running them.
const compiledFor = new WeakMap<Kysely<Schema>, Map<string, CompiledQuery>>();

/** A database whose statements answer at once. */
export interface DirectDatabase {
  /** Runs one SQL text; its rows. */
  run(sql: string, parameters: readonly unknown[]): unknown[];
  /** Inserts one row; its serial. */
  insert(sql: string, parameters: readonly unknown[]): number;
}

const directly = new WeakMap<Kysely<Schema>, DirectDatabase>();

/** Lets the statements of {@link runCompiled} go straight to a database whose statements answer at once: Kysely's own way there costs as much as they do. */
export function runsDirectly(db: Kysely<Schema>, database: DirectDatabase): void {
  directly.set(db, database);
}

/**
 * Runs a statement whose SQL is always the same for this name: it is built once per database, then only parameters are bound.
 * For the statements of an accept, which come by the thousand.
 *
 * @param build the query, with `parameters` as its values, in the order in which they stand in its SQL
 */
export async function runCompiled<Row>(
  db: Kysely<Schema>,
  name: string,
  parameters: readonly unknown[],
  build: () => Compilable<Row>,
): Promise<Row[]> {
  const compiled = compiledOnce(db, name, parameters, build);
  const database = directly.get(db);
  // The caller knows what its statement returns, as it does of Kysely's rows.
  if (database !== undefined) return database.run(compiled.sql, parameters) as Row[];
  const { rows } = await db.executeQuery<Row>({ ...compiled, parameters });
  return rows;
}

/** The same for one row inserted; returns its serial. RETURNING costs SQLite a table in memory each time. */
export async function insertCompiled<Table extends keyof Schema>(
  db: Kysely<Schema>,
  name: string,
  parameters: readonly unknown[],
  build: () => InsertQueryBuilder<Schema, Table, InsertResult>,
  serial: 'id' | 'change',
): Promise<number> {
  const database = directly.get(db);
  if (database !== undefined) return database.insert(compiledOnce(db, name, parameters, build).sql, parameters);
  const returning = (): Compilable<object> => build().returning(sql.ref<number>(serial).as('serial'));
  const { rows } = await db.executeQuery<{ readonly serial: number }>({ ...compiledOnce(db, name, parameters, returning), parameters });
  const [row] = rows;
  if (row === undefined) throw new Error(`${name} returned no row`);
  return row.serial;
}

function compiledOnce(db: Kysely<Schema>, name: string, parameters: readonly unknown[], build: () => Compilable): CompiledQuery {
  let ofDatabase = compiledFor.get(db);
  if (ofDatabase === undefined) {
    ofDatabase = new Map();
    compiledFor.set(db, ofDatabase);
  }
  let compiled = ofDatabase.get(name);
  if (compiled === undefined) {
    compiled = build().compile();
    const same =
      compiled.parameters.length === parameters.length && compiled.parameters.every((value, index) => value === parameters[index]);
    if (!same) throw new TypeError(`statement ${name}: its parameters are not given in the order of its SQL: ${compiled.sql}`);
    ofDatabase.set(name, compiled);
  }
  return compiled;
}
