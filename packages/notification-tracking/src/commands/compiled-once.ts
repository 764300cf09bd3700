import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

// Only SQL texts by name, and only as long as their database: building and compiling them anew took longer than running them.
const compiledFor = new WeakMap<Kysely<Schema>, Map<string, CompiledQuery>>();

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
  const { rows } = await db.executeQuery<Row>({ ...compiled, parameters });
  return rows;
}
