import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStoreWith, type PostgresStoreOptions } from '../../src/postgres/store.ts';
import type { Store } from '../../src/store.ts';
import type { TrackerEvent } from '../../src/tracker.ts';
import { connectClient, type TestClient } from './client.ts';
import { withPostgres } from './server.ts';
import { spied } from './spied-driver.ts';
import { NOTE_MIGRATIONS, NOTES } from './tables.ts';

await withPostgres({}, (server) => {
  let client: TestClient;
  let store: Store;
  const open = (url: string, change: Partial<PostgresStoreOptions> = {}) =>
    openPostgresStoreWith(
      { url, ...change },
      { commands: NOTES, migrations: NOTE_MIGRATIONS, driver: new URL('./spied-driver.ts', import.meta.url).href },
    );
  const stored = async (id: string): Promise<number> => (await client.rows('SELECT 1 FROM note WHERE id = $1', [id])).length;

  beforeAll(async () => {
    store = await open(server.url, { connections: 4 });
    client = await connectClient(server.url);
  });
  afterAll(async () => {
    await client.end();
    await store.close();
  });

  test('a COMMIT whose answer is lost is settled by its key: the answer is found, the command is not run again', async () => {
    spied.fates = ['answer lost'];
    await expect(store.run('add', { id: 'committed' })).resolves.toEqual({ result: 'committed', events: [{ event: 'callsQueued' }] });
    expect([spied.fates, await stored('committed')]).toEqual([[], 1]);
  });

  test('a COMMIT that never arrived is settled by its key: the command is run again, once', async () => {
    spied.fates = ['never sent', 'never sent', 'answer lost'];
    await expect(store.run('add', { id: 'not committed' })).resolves.toMatchObject({ result: 'not committed' });
    expect([spied.fates, await stored('not committed')]).toEqual([[], 1]);
  });

  test('a COMMIT that could not be settled in time is rejected, and the error says that it is not known', async () => {
    await using hasty = await open(server.url, { connections: 2, commandTimeoutMs: 1_000 });
    spied.fates = Array.from({ length: 50 }, () => 'never sent');
    await expect(hasty.run('add', { id: 'in doubt' })).rejects.toMatchObject({
      code: 'TRACKING_STORE_BUSY',
      message: expect.stringContaining('not known whether it was stored') as string,
    });
    spied.fates = [];
  });

  test.each(['40001', '40P01'])('what the database undid for another’s sake (%s) is run again', async (state) => {
    const failures = { left: 3 };
    await expect(store.run('addAfter', { id: state, state, failures })).resolves.toMatchObject({ result: state });
    expect(await stored(state)).toBe(1);
  });

  test('…eight times at most', async () => {
    const failures = { left: 20 };
    await expect(store.run('addAfter', { id: 'never', state: '40001', failures })).rejects.toMatchObject({ code: 'TRACKING_STORE_BUSY' });
    expect([failures.left, await stored('never')]).toEqual([12, 0]);
  });

  test.each([
    ['53100', 'TRACKING_STORE_FULL'],
    ['53200', 'TRACKING_STORE_BUSY'],
    ['57014', 'TRACKING_STORE_BUSY'],
    ['58030', 'TRACKING_STORE_BUSY'],
    ['XX000', 'TRACKING_STORE_BUSY'],
    ['23514', 'TRACKING_CONSTRAINT'],
    ['42P01', 'TRACKING_COMMAND_INVALID'],
  ])('an error %s rejects its command with %s and stores nothing of it', async (state, code) => {
    await expect(store.run('addAfter', { id: state, state, failures: { left: 1 } })).rejects.toMatchObject({ name: 'TrackingError', code });
    expect(await stored(state)).toBe(0);
    await expect(store.run('add', { id: state })).resolves.toMatchObject({ result: state });
  });

  test('a command that fails in its own code stores nothing, and a TrackingError keeps its words', async () => {
    await expect(store.run('addThenThrow', { id: 'own', coded: true })).rejects.toThrow('in its own words');
    await expect(store.run('addThenThrow', { id: 'own', coded: false })).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await expect(store.run('nothing', {})).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await expect(store.read('nothing', {})).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    expect(await stored('own')).toBe(0);
  });

  test('a COMMIT that the database answers with ROLLBACK is no success', async () => {
    await expect(store.run('addCareless', { id: 'careless' })).rejects.toMatchObject({ name: 'TrackingError' });
    expect(await stored('careless')).toBe(0);
  });

  test('commits are flushed though the database says otherwise, and a stronger setting stays', async () => {
    const weak = await server.createDatabase();
    const admin = await connectClient(weak);
    const show = async (): Promise<unknown> => {
      await using opened = await open(weak);
      const { result } = (await opened.run('show', { name: 'synchronous_commit' })) as { result: string };
      return result;
    };
    const set = (value: string) => admin.run(`ALTER DATABASE ${new URL(weak).pathname.slice(1)} SET synchronous_commit = ${value}`);
    await set('off');
    expect(await show()).toBe('on');
    await set('remote_apply');
    expect(await show()).toBe('remote_apply');
    await admin.end();
  });

  test('more than queueLimit commands are refused at once; those that wait are done', async () => {
    await using narrow = await open(server.url, { connections: 2, queueLimit: 3 });
    const runs = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => narrow.run('add', { id: `narrow ${n}` })));
    expect(runs.map((run) => run.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(runs.at(-1)).toMatchObject({ reason: { code: 'TRACKING_STORE_BUSY' } });
  });

  test('close finishes what waits, refuses what comes, and leaves neither connections nor keys', async () => {
    const closing = await open(server.url, { connections: 2 });
    const keys = async () => (await client.rows('SELECT slot FROM command_done')).length;
    const before = await keys();
    const runs = Array.from({ length: 5 }, (_, n) => closing.run('add', { id: `closing ${n}` }));
    const closed = closing.close();
    await expect(closing.run('add', { id: 'late' })).rejects.toMatchObject({ code: 'TRACKING_STORE_CLOSED' });
    await closed;
    expect((await Promise.allSettled(runs)).every((run) => run.status === 'fulfilled')).toBe(true);
    expect(await keys()).toBe(before);
  });

  test('commits are told to the other nodes, not to oneself; of what is too long for one message, that there is work', async () => {
    await using other = await open(server.url, { connections: 2 });
    const heard: TrackerEvent[] = [];
    const own: unknown[] = [];
    other.onRemoteEvents?.((events) => heard.push(...events));
    const stop = store.onRemoteEvents?.((events) => own.push(...events));
    // The other one's connection that listens is made beside; a hint before it would be missed.
    const listening = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND (query LIKE 'LISTEN taxinav%' OR query LIKE 'SELECT pg_notify(%')`;
    await expect.poll(async () => (await client.rows(listening)).length).toBe(2);
    await store.run('tell', { columns: 2 });
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[0]).toMatchObject({ event: 'reportsOwed' });
    await store.run('tell', { columns: 100 });
    await expect.poll(() => heard.at(2)).toEqual({ event: 'callsQueued' });
    expect(own).toEqual([]);
    stop?.();
  });

  test('options that cannot be meant, and a URL without its password in the error', async () => {
    await expect(open(server.url, { connections: 1 })).rejects.toThrow(RangeError);
    await expect(open(server.url, { queueLimit: 0 })).rejects.toThrow(RangeError);
    await expect(open(server.url, { commandTimeoutMs: 999 })).rejects.toThrow(RangeError);
    const secret = 'S3cret';
    for (const url of [`mysql://me:${secret}@127.0.0.1/x`, `postgres//me:${secret}@127.0.0.1`, `postgres://me:${secret}@127.0.0.1:1/x`]) {
      const error: unknown = await open(url).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(`${String(error)}${JSON.stringify(error)}`).not.toContain(secret);
    }
  });

  test('a password beside the URL stands in place of the one in it', async () => {
    spied.passwords = [];
    const url = new URL(server.url);
    url.username = 'nobody';
    url.password = 'wrong';
    // There is no such user: what the driver was given is what counts.
    await open(url.href, { password: 'p@ss/%w?rd' }).catch(() => undefined);
    expect(spied.passwords[0]).toBe('p@ss/%w?rd');
  });

  test('without pg the error says what to install', async () => {
    await expect(openPostgresStoreWith({ url: server.url }, { driver: 'no-such-package' })).rejects.toThrow('npm install pg');
  });
});
