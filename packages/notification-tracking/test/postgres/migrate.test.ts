import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/migrations/index.ts';
import type { Migration } from '../../src/migrations/migration.ts';
import { loadDriver } from '../../src/postgres/driver.ts';
import { openPostgresStore } from '../../src/postgres/index.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { Session } from '../../src/postgres/session.ts';
import { connectClient } from './client.ts';
import { withPostgres } from './server.ts';

const STEPS: readonly Migration[] = [
  {
    name: '0001-order',
    statements: { sqlite: [], postgres: ['CREATE TABLE "order" (id int PRIMARY KEY)', 'INSERT INTO "order" VALUES (1)'] },
  },
  { name: '0002-column', statements: { sqlite: [], postgres: ['ALTER TABLE "order" ADD COLUMN column_id text'] } },
];

test('every migration has its statements for both databases', () => {
  for (const { statements } of MIGRATIONS) {
    expect(statements.sqlite.length).toBeGreaterThan(0);
    expect(statements.postgres?.length ?? 0).toBeGreaterThanOrEqual(statements.sqlite.length);
  }
});

await withPostgres({ fsync: false }, (server) => {
  const session = async (url: string): Promise<Session> =>
    Session.open(await loadDriver('pg'), { url, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, idleTransactionMs: 10_000 });
  const ledger = async (url: string): Promise<readonly unknown[]> => {
    const client = await connectClient(url);
    const rows = await client.rows('SELECT position, name, applied_at::int FROM taxinav_migration ORDER BY position');
    await client.end();
    return rows;
  };

  test('migrations are applied in order, once, with the time they are told', async () => {
    const url = await server.createDatabase();
    const one = await session(url);
    expect(await migrate(one, STEPS.slice(0, 1), 1_000)).toEqual(['0001-order']);
    expect(await migrate(one, STEPS, 2_000)).toEqual(['0002-column']);
    expect(await migrate(one, STEPS, 3_000)).toEqual([]);
    await one.close();
    expect(await ledger(url)).toEqual([
      { position: 1, name: '0001-order', applied_at: 1_000 },
      { position: 2, name: '0002-column', applied_at: 2_000 },
    ]);
  });

  test('of several that install at once each migration is applied by one, and all find it done', async () => {
    const url = await server.createDatabase();
    const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => session(url)));
    const applied = await Promise.all(sessions.map((one) => migrate(one, STEPS, 1_000)));
    expect(applied.flat().toSorted()).toEqual(['0001-order', '0002-column']);
    await Promise.all(sessions.map((one) => one.close()));
    const stores = await Promise.all([1, 2, 3].map(async () => openPostgresStore({ url: await server.createDatabase() })));
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a statement that fails, or a connection lost on the way, leaves the state before its migration', async () => {
    const url = await server.createDatabase();
    const wrong: Migration = {
      name: '0003-wrong',
      statements: { sqlite: [], postgres: ['CREATE TABLE other (id int)', 'CREATE TABLE other (id int)'] },
    };
    const cut: Migration = {
      name: '0003-cut',
      statements: { sqlite: [], postgres: ['CREATE TABLE other (id int)', 'SELECT pg_terminate_backend(pg_backend_pid())'] },
    };
    for (const third of [wrong, cut]) {
      const one = await session(url);
      await expect(migrate(one, [...STEPS, third], 1_000)).rejects.toThrow(Error);
      await one.close();
      expect(await ledger(url)).toHaveLength(2);
    }
    const client = await connectClient(url);
    expect(await client.rows(`SELECT 1 WHERE to_regclass('other') IS NULL`)).toHaveLength(1);
    await client.end();
  });

  test('a newer schema is refused, naming its migration, and left as it is', async () => {
    const url = await server.createDatabase();
    const one = await session(url);
    await migrate(one, STEPS, 1_000);
    await expect(migrate(one, STEPS.slice(0, 1), 2_000)).rejects.toMatchObject({
      code: 'TRACKING_SCHEMA_NEWER',
      message: expect.stringMatching(/0002-column.*0001-order/) as string,
    });
    await one.close();
    await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: 'TRACKING_SCHEMA_NEWER' });
    expect(await ledger(url)).toHaveLength(2);
  });

  test('a migration that has no words for PostgreSQL is refused', async () => {
    const one = await session(await server.createDatabase());
    await expect(migrate(one, [{ name: '0001-sqlite', statements: { sqlite: [] } }], 1_000)).rejects.toMatchObject({
      code: 'TRACKING_STORE_OPEN_FAILED',
    });
    await one.close();
  });
});
