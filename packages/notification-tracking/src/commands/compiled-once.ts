import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

// Only SQL texts by name, and only as long as their database: building and compiling them anew took longer than running them.
const compiledFor = new WeakMap<Kysely<Schema>, Map<string, CompiledQuery>>();

/** Runs one SQL text. */
type RunSql = (sql: string, parameters: readonly unknown[]) => unknown[];

const directly = new WeakMap<Kysely<Schema>, RunSql>();

/** Lets the statements of {@link runCompiled} go straight to a database whose statements answer at once: Kysely's own way there costs as much as they do. */
export function runsDirectly(db: Kysely<Schema>, run: RunSql): void {
  directly.set(db, run);
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
  const run = directly.get(db);
  // The caller knows what its statement returns, as it does of Kysely's rows.
  if (run !== undefined) return run(compiled.sql, parameters) as Row[];
  const { rows } = await db.executeQuery<Row>({ ...compiled, parameters });
  return rows;
}
