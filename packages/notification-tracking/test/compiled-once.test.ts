import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { runCompiled } from '../src/commands/compiled-once.ts';
import type { Schema } from '../src/schema.ts';

function nowhere(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

test('a statement is built once for a database, and anew for another', async () => {
  let built = 0;
  const run = (db: Kysely<Schema>, node: string) =>
    runCompiled(db, 'node', [node], () => {
      built += 1;
      return db.selectFrom('node').select('beat').where('node', '=', node);
    });
  const db = nowhere();
  await run(db, 'a');
  await run(db, 'b');
  expect(built).toBe(1);
  await run(nowhere(), 'a');
  expect(built).toBe(2);
});

test('parameters in another order than in the SQL are found at the first use', async () => {
  const db = nowhere();
  const query = db.selectFrom('node').select('beat').where('node', '=', 'a').where('token', '=', 1);
  await expect(runCompiled(db, 'wrong', [1, 'a'], () => query)).rejects.toThrow(TypeError);
  await expect(runCompiled(db, 'missing', ['a'], () => query)).rejects.toThrow('statement missing');
});
