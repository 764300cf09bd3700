import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/migrations/index.ts';
import { loadDriver } from '../../src/postgres/driver.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { Session } from '../../src/postgres/session.ts';
import { BEFORE_THREADS, ROWS_OF_0003, THREADS } from '../rows-of-0003.ts';
import { connectClient } from './client.ts';
import { withPostgres } from './server.ts';

await withPostgres({ fsync: false }, (server) => {
  test('a database of 0003 with rows is migrated: its reports are threaded by the first round of their GUID', async () => {
    const url = await server.createDatabase();
    const options = { url, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, idleTransactionMs: 10_000 };
    const session = await Session.open(await loadDriver('pg'), options);
    await migrate(session, BEFORE_THREADS, 1_000);
    const client = await connectClient(url);
    for (const statement of ROWS_OF_0003) await client.run(statement);
    expect(await migrate(session, MIGRATIONS, 2_000)).toContain('0004-lean-accept');
    await session.close();
    expect(await client.rows('SELECT column_id, change::int, thread::int FROM report ORDER BY change')).toEqual(THREADS);
    await client.end();
  });
});
