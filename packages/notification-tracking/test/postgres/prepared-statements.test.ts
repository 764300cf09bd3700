import { expect, test } from 'vitest';
import { loadDriver } from '../../src/postgres/driver.ts';
import { openPostgresStore } from '../../src/postgres/index.ts';
import { Session } from '../../src/postgres/session.ts';
import { Desk } from '../contract/desk.ts';
import { connectClient } from './client.ts';
import { withPostgres } from './server.ts';

await withPostgres({ fsync: false }, (server) => {
  test('a statement is prepared once a connection, and those of lists of every length are not kept without end', async () => {
    const options = { url: server.url, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, idleTransactionMs: 10_000 };
    const session = await Session.open(await loadDriver('pg'), options);
    for (let run = 0; run < 3; run += 1) await session.query('SELECT $1::int', [run]);
    for (let length = 1; length <= 250; length += 1) {
      const list = Array.from({ length }, (_, at) => at + 1);
      const { rows } = await session.query(`SELECT 1 AS found WHERE 1 IN (${list.map((at) => `$${at}::int`).join()})`, list);
      expect(rows).toHaveLength(1);
    }
    const { rows } = await session.query(
      'SELECT count(*)::int AS kept, count(DISTINCT statement)::int AS texts FROM pg_prepared_statements',
    );
    expect(rows).toEqual([{ kept: 200, texts: 200 }]);
    await session.close();
  });

  test('a table that is changed under a prepared statement costs a new connection, and no command', async () => {
    await using store = await openPostgresStore({ url: server.url, connections: 2 });
    const desk = new Desk(store);
    const client = await connectClient(server.url);
    await desk.accept(1);
    await desk.accept(2);
    await client.run('ALTER TABLE round ADD COLUMN later text');
    expect(await desk.accept(1)).toMatchObject({ outcome: 'duplicate' });
    await client.run('ALTER TABLE round DROP COLUMN later');
    expect(await desk.accept(3)).toMatchObject({ outcome: 'accepted' });
    await client.end();
  });
});
