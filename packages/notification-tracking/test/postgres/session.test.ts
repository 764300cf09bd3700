import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadDriver, type PgQuery } from '../../src/postgres/driver.ts';
import { Session } from '../../src/postgres/session.ts';
import { withPostgres } from './server.ts';

/** A server that answers nothing once the connection is made, until it is told to. */
class SlowClient {
  static readonly unanswered: ((result: object) => void)[] = [];
  readonly connection = { stream: { destroy: () => undefined } };
  connect(): Promise<void> {
    return Promise.resolve();
  }
  query(query: string | PgQuery): Promise<unknown> {
    return typeof query === 'string' && query.startsWith('SET')
      ? Promise.resolve({})
      : new Promise((resolve) => SlowClient.unanswered.push(resolve));
  }
  on(): void {}
  end(): Promise<void> {
    return Promise.resolve();
  }
  escapeLiteral(text: string): string {
    return text;
  }
}

test('64 statements are ahead of their answers at most: the next one is waited for', async () => {
  const { types } = await loadDriver('pg');
  const options = { url: '', connectTimeoutMs: 1_000, statementTimeoutMs: 1_000, idleTransactionMs: 1_000 };
  const session = await Session.open({ Client: SlowClient, types }, options);
  for (let id = 0; id < 64; id += 1) await session.send('INSERT', [id]);
  let sent = false;
  const next = session.send('INSERT', [64]).then(() => (sent = true));
  for (const answer of SlowClient.unanswered.splice(0, 64)) answer({});
  await turn();
  await session.send('INSERT', [65]);
  expect(sent).toBe(false);
  for (const answer of SlowClient.unanswered) answer({});
  await next;
  await session.close();
});

await withPostgres({ fsync: false }, (server) => {
  const open = async (): Promise<Session> => {
    const options = { url: server.url, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, idleTransactionMs: 10_000 };
    const session = await Session.open(await loadDriver('pg'), options);
    await session.query('CREATE TABLE IF NOT EXISTS sent (id int PRIMARY KEY); TRUNCATE sent');
    return session;
  };
  const INSERT = 'INSERT INTO sent (id) VALUES ($1)';

  test('statements sent ahead run in their order, before the next one that is awaited, also beyond what may be ahead', async () => {
    const session = await open();
    await session.query('BEGIN');
    for (let id = 0; id < 200; id += 1) await session.send(INSERT, [id]);
    const { rows } = await session.query('SELECT count(*)::int AS count, max(id) AS last FROM sent', []);
    expect(rows).toEqual([{ count: 200, last: 199 }]);
    await session.query('ROLLBACK');
    await session.close();
  });

  test('the next one that is awaited rejects with what a statement sent ahead met, and after ROLLBACK it is forgotten', async () => {
    const session = await open();
    await session.query('BEGIN');
    await session.send(INSERT, [1]);
    await session.send(INSERT, [1]);
    await session.send(INSERT, [2]);
    await expect(session.query('SELECT 1', [])).rejects.toMatchObject({ code: '23505' });
    await session.query('ROLLBACK');
    await session.query('BEGIN');
    await session.send(INSERT, [1]);
    await expect(session.query('SELECT * FROM nowhere', [])).rejects.toMatchObject({ code: '42P01' });
    await expect(session.query('SELECT 1', [])).rejects.toMatchObject({ code: '25P02' });
    await session.close();
  });

  test('what was sent ahead on a connection that is lost meanwhile rejects the next one as lost', async () => {
    const session = await open();
    await session.query('BEGIN');
    await session.send('SELECT pg_terminate_backend(pg_backend_pid())', []);
    await session.send(INSERT, [1]);
    await expect(session.query('SELECT 1', [])).rejects.toMatchObject({ name: 'ConnectionLost' });
    expect(session.alive).toBe(false);
    await session.close();
  });
});
