import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPostgres, type PostgresServer } from '../src/index.ts';
import { findPostgresBinaries } from '../src/postgres-binaries.ts';
import { runSql } from '../src/postgres-sql.ts';

test('a TEST_DATABASE_URL that does not answer is an error, not a skip', async () => {
  vi.stubEnv('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:1/postgres');
  await expect(startPostgres()).rejects.toThrow('ECONNREFUSED');
  vi.unstubAllEnvs();
});

describe.skipIf((await findPostgresBinaries()) === undefined)('a server of its own', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    const started = await startPostgres({ own: true });
    if ('absent' in started) throw new Error(started.absent);
    server = started;
  });
  afterAll(() => server.stop());

  test('each database is a new one', async () => {
    const other = await server.createDatabase();
    await runSql(server.url, 'CREATE TABLE note (id int)');
    await runSql(other, 'CREATE TABLE note (id int)');
    await expect(runSql(other, 'CREATE TABLE note (id int)')).rejects.toThrow('already exists');
  });

  test('what was committed is there after a kill -9', async () => {
    await runSql(server.url, 'CREATE TABLE kept (id int)');
    await server.kill9();
    await expect(runSql(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    await expect(runSql(server.url, 'CREATE TABLE kept (id int)')).rejects.toThrow('already exists');
  });

  test('a restart ends the connections that are open', async () => {
    const ended = runSql(server.url, 'SELECT pg_sleep(60)').catch(String);
    await runSql(server.url, 'SELECT pg_sleep(0.05)');
    await server.restart();
    expect(await ended).toContain('administrator command');
    await runSql(server.url, 'SELECT 1');
  });

  test('a connection that never logs in holds up no restart', { timeout: 15_000 }, async () => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.resume();
    await server.restart();
    await expect(closed).resolves.toBeDefined();
  });

  test('TEST_DATABASE_URL is used where it is set, and its server is left alone', async () => {
    vi.stubEnv('TEST_DATABASE_URL', server.url);
    const used = await startPostgres();
    vi.unstubAllEnvs();
    if ('absent' in used) throw new Error(used.absent);
    await expect(used.kill9()).rejects.toThrow('own: true');
    await runSql(used.url, 'SELECT 1');
    await used.stop();
    await expect(runSql(used.url, 'SELECT 1')).rejects.toThrow('does not exist');
    await runSql(server.url, 'SELECT 1');
  });
});
