import { startHalfOpenProxy } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import type { TrackerEvent } from '../../src/index.ts';
import { openPostgresStoreWith } from '../../src/postgres/store.ts';
import { connectClient } from './client.ts';
import { withPostgres } from './server.ts';
import { NOTE_MIGRATIONS, NOTES } from './tables.ts';

/** Short, so that a test need not wait; the shares of it are what is tested. */
const commandTimeoutMs = 1_500;
/** Beyond its time: what a busy machine needs to come to its timers. */
const LATE_MS = 3_000;

const away = { name: 'TrackingError', code: 'TRACKING_STORE_BUSY' };

await withPostgres({ own: true }, (server) => {
  const open = (url: string, timeoutMs = commandTimeoutMs) =>
    openPostgresStoreWith({ url, connections: 3, commandTimeoutMs: timeoutMs }, { commands: NOTES, migrations: NOTE_MIGRATIONS });
  const notes = async (): Promise<readonly string[]> => {
    const client = await connectClient(server.url);
    const rows = await client.rows<{ id: string }>('SELECT id FROM note ORDER BY id');
    await client.end();
    return rows.map((row) => row.id);
  };

  test('killed and started again: what was answered is stored, what was under way is settled, and the store goes on by itself', async () => {
    await using store = await open(server.url, 15_000);
    const answered: string[] = [];
    const ended = new AbortController();
    const add = async (worker: number): Promise<void> => {
      for (let n = 0; !ended.signal.aborted; n += 1) {
        await store.run('add', { id: `${worker}-${n}` });
        answered.push(`${worker}-${n}`);
      }
    };
    const workers = [add(0), add(1), add(2)];
    for (const end of ['kill9', 'restart'] as const) {
      const before = answered.length;
      await expect.poll(() => answered.length).toBeGreaterThan(before + 20);
      await server[end]();
      if (end === 'kill9') await server.restart();
      const after = answered.length;
      await expect.poll(() => answered.length).toBeGreaterThan(after + 20);
    }
    ended.abort();
    await Promise.all(workers);
    // A command that was run twice would have met the constraint.
    expect(await notes()).toEqual(answered.toSorted());
  });

  test('while it is away commands and reads are rejected in time, nothing is stored, and afterwards it heals', async () => {
    await using store = await open(server.url);
    let failed = false;
    void store.failed.then(() => (failed = true));
    await store.run('add', { id: 'before' });
    await server.kill9();
    const startedAt = performance.now();
    await expect(store.run('add', { id: 'meanwhile' })).rejects.toMatchObject(away);
    await expect(store.read('dialling', {})).rejects.toMatchObject(away);
    expect(performance.now() - startedAt).toBeLessThan(2 * commandTimeoutMs + LATE_MS);
    await expect(open(server.url)).rejects.toMatchObject({ code: 'TRACKING_STORE_OPEN_FAILED' });
    await server.restart();
    await expect(store.run('add', { id: 'after' })).resolves.toMatchObject({ result: 'after' });
    expect(await store.read('dialling', {})).toEqual({ enabled: true });
    expect(await notes()).not.toContain('meanwhile');
    expect(failed).toBe(false);
  });

  test('black-holed it is noticed in time, while connected and while connecting, and heals when packets pass again', async () => {
    await using proxy = await startHalfOpenProxy(server.port);
    const url = new URL(server.url);
    url.port = String(proxy.port);
    await using store = await open(url.href);
    await store.run('add', { id: 'through the proxy' });
    proxy.silence();
    for (const id of ['connected', 'connecting']) {
      const startedAt = performance.now();
      await expect(store.run('add', { id })).rejects.toMatchObject(away);
      expect(performance.now() - startedAt).toBeLessThan(commandTimeoutMs + LATE_MS);
    }
    proxy.resume();
    await expect
      .poll(() =>
        store.run('add', { id: 'again' }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const healed = await notes();
    expect(healed).toContain('again');
    expect(healed).not.toContain('connecting');
  });

  test('close waits for a database that is away no longer than a third of the time', async () => {
    await using proxy = await startHalfOpenProxy(server.port);
    const url = new URL(server.url);
    url.port = String(proxy.port);
    const store = await open(url.href, 6_000);
    proxy.silence();
    const runs = Promise.allSettled(Array.from({ length: 8 }, (_, n) => store.run('add', { id: `closing ${n}` })));
    const startedAt = performance.now();
    await store.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000 + LATE_MS);
    expect((await runs).map((run) => run.status)).toEqual(Array.from({ length: 8 }, () => 'rejected'));
  });

  test('close does not wait for the leave-taking of connections that no packet passes on', async () => {
    await using proxy = await startHalfOpenProxy(server.port);
    const url = new URL(server.url);
    url.port = String(proxy.port);
    const store = await open(url.href, 6_000);
    // The listener's is made beside.
    const listening = `SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN taxinav_events' AND state = 'idle'`;
    const client = await connectClient(server.url);
    await expect.poll(async () => (await client.rows(listening)).length).toBe(1);
    await client.end();
    await store.run('add', { id: 'idle from now on' });
    proxy.silence();
    const startedAt = performance.now();
    await store.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000 + 2 * LATE_MS);
  });

  test('who holds the lock and stands still is cut off by the server, and the others go on', async () => {
    await using store = await open(server.url);
    const frozen = await connectClient(server.url);
    // What every connection of a store sets.
    await frozen.run('SET idle_in_transaction_session_timeout = 400');
    await frozen.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    await expect(store.run('add', { id: 'behind a frozen node' })).resolves.toMatchObject({ result: 'behind a frozen node' });
    await frozen.end();
  });

  test('behind a lock that is never given back a command is rejected in time', async () => {
    await using store = await open(server.url);
    const stuck = await connectClient(server.url);
    await stuck.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    const startedAt = performance.now();
    await expect(store.run('add', { id: 'stuck' })).rejects.toMatchObject(away);
    expect(performance.now() - startedAt).toBeLessThan(commandTimeoutMs + LATE_MS);
    await stuck.run('ROLLBACK');
    await stuck.end();
    await expect(store.run('add', { id: 'stuck' })).resolves.toMatchObject({ result: 'stuck' });
  });

  test('the listener comes back too, and says that something may have been missed', async () => {
    await using store = await open(server.url);
    const heard: TrackerEvent[] = [];
    store.onRemoteEvents?.((events) => heard.push(...events));
    const client = await connectClient(server.url);
    const listening = () => client.rows<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN taxinav_events'`);
    await expect.poll(async () => (await listening()).length).toBe(1);
    await client.rows('SELECT pg_terminate_backend($1)', [(await listening())[0]?.pid]);
    await expect.poll(() => heard).toEqual([{ event: 'callsQueued' }]);
    await client.end();
  });

  test('a user that may not log in any more ends the store for good', async () => {
    const admin = await connectClient(server.url);
    await admin.run(
      'CREATE ROLE passing LOGIN; GRANT ALL ON SCHEMA public TO passing; GRANT ALL ON ALL TABLES IN SCHEMA public TO passing',
    );
    const url = new URL(server.url);
    url.username = 'passing';
    const store = await open(url.href);
    await store.run('add', { id: 'allowed' });
    await admin.run(`ALTER ROLE passing NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'passing'`);
    await expect(store.run('add', { id: 'not allowed' })).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
    expect(await store.failed).toMatchObject({ code: 'TRACKING_STORE_FAILED' });
    await expect(store.run('add', { id: 'not allowed' })).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
    await store.close();
    await admin.end();
  });

  test('a schema that a newer version has migrated meanwhile ends the store for good at its next connection', async () => {
    const url = await server.createDatabase();
    const store = await open(url);
    await store.run('add', { id: 'old' });
    const admin = await connectClient(url);
    await admin.run(`INSERT INTO taxinav_migration VALUES (99, '9999-newer', 0)`);
    await admin.run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await expect(store.run('add', { id: 'new' })).rejects.toMatchObject({ code: 'TRACKING_SCHEMA_NEWER' });
    expect(await store.failed).toMatchObject({ code: 'TRACKING_SCHEMA_NEWER' });
    await store.close();
    await admin.end();
  });
});
