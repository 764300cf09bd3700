import { startHalfOpenProxy } from '@taxinav/testkit';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CommandFunction, CommandResult } from '../../src/command.ts';
import { loadDriver } from '../../src/postgres/driver.ts';
import { companyOf } from '../../src/postgres/locks.ts';
import { Session } from '../../src/postgres/session.ts';
import { Slot } from '../../src/postgres/slot.ts';
import { openPostgresStoreWith } from '../../src/postgres/store.ts';
import type { Store } from '../../src/store.ts';
import type { Schema } from '../../src/schema.ts';
import { connectClient, type TestClient } from './client.ts';
import { withPostgres } from './server.ts';
import { spied } from './spied-driver.ts';
import { NOTE_MIGRATIONS, NOTES } from './tables.ts';

type Asked = readonly [name: keyof typeof NOTES, payload: object];

const add = (id: string): Asked => ['add', { id }];
const seen = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === 'fulfilled' ? (outcome.value as CommandResult).result : (outcome.reason as { readonly code: unknown }).code;

test('a SayText may share its transaction, what may take long has one to itself, what runs beside others does', () => {
  expect(['accept', 'claimCall', 'erase', 'recover', 'settleReport', 'renewLease'].map(companyOf)).toEqual([
    'group',
    'group',
    'single',
    'single',
    'kin',
    'apart',
  ]);
});

await withPostgres({ fsync: false }, (server) => {
  let client: TestClient;
  let store: Store;
  const open = (url: string, commandTimeoutMs = 12_000, commands: Readonly<Record<string, CommandFunction>> = NOTES) =>
    openPostgresStoreWith(
      { url, connections: 4, commandTimeoutMs },
      { commands, migrations: NOTE_MIGRATIONS, driver: new URL('./spied-driver.ts', import.meta.url).href },
    );
  beforeAll(async () => {
    store = await open(server.url);
    client = await connectClient(server.url);
  });
  beforeEach(async () => {
    await client.run('DELETE FROM note');
    spied.commits = 0;
    spied.fates = [];
  });
  afterAll(async () => {
    await store.close();
    await client.end();
  });

  const notes = async (): Promise<readonly string[]> => {
    const rows = await client.rows<{ id: string }>('SELECT id FROM note ORDER BY id');
    return rows.map(({ id }) => id);
  };
  /** Runs commands while the lock is held by somebody else: the first is under way alone, the others wait and are one group. */
  const waiting = async (asked: readonly Asked[], on: Store = store): Promise<readonly unknown[]> => {
    await client.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    const runs = [add('first'), ...asked].map(([name, payload]) => on.run(name, payload));
    await client.run('COMMIT');
    const outcomes = await Promise.allSettled(runs);
    return outcomes.slice(1).map(seen);
  };

  test('what waits is committed together, 64 at most, in the order given', async () => {
    const many = Array.from({ length: 70 }, (_, n) => String(n).padStart(2, '0'));
    const order: string[] = [];
    await client.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    const runs = ['first', ...many].map(async (id) => {
      await store.run('add', { id });
      order.push(id);
    });
    await client.run('COMMIT');
    await Promise.all(runs);
    expect(order).toEqual(['first', ...many]);
    expect(spied.commits).toBe(3);
    const written = await client.rows<{ id: string }>('SELECT id FROM note ORDER BY ctid');
    expect(written.map(({ id }) => id)).toEqual(['first', ...many]);
  });

  test('those that fail by their own doing are rejected, each with its own error, and their neighbours are stored', async () => {
    const answers = await waiting([
      add('a'),
      ['addThenThrow', { id: 'own words', coded: true }],
      add('a'),
      ['addThenThrow', { id: 'own code', coded: false }],
      ['addCareless', { id: 'careless' }],
      add('b'),
    ]);
    const invalid = 'TRACKING_COMMAND_INVALID';
    expect(answers).toEqual(['a', invalid, 'TRACKING_CONSTRAINT', invalid, invalid, 'b']);
    expect([await notes(), spied.commits]).toEqual([['a', 'b', 'first'], 2]);
  });

  test('a command that hides an error at the end of its group takes nobody with it', async () => {
    expect(await waiting([add('a'), ['addCareless', { id: 'careless' }]])).toEqual(['a', 'TRACKING_COMMAND_INVALID']);
    expect(await notes()).toEqual(['a', 'first']);
  });

  test.each(['answer lost', 'never sent'] as const)(
    'a COMMIT of a group, %s, is settled by its key: all have their answers, none is run twice',
    async (fate) => {
      spied.fates = ['answered', fate, fate];
      const answers = await waiting([add('a'), add('b'), ['addThenThrow', { id: 'own', coded: true }], add('a'), add('c')]);
      expect(answers).toEqual(['a', 'b', 'TRACKING_COMMAND_INVALID', 'TRACKING_CONSTRAINT', 'c']);
      expect(await notes()).toEqual(['a', 'b', 'c', 'first']);
    },
  );

  test('an error kept with a lost COMMIT is rejected in the words it had', async () => {
    spied.fates = ['answered', 'answer lost'];
    await client.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    const runs = [add('first'), add('a'), ['addThenThrow', { id: 'own', coded: true }] as const].map(([name, payload]) =>
      store.run(name, payload),
    );
    await client.run('COMMIT');
    const [, , last] = await Promise.allSettled(runs);
    expect(last).toMatchObject({ reason: { name: 'TrackingError', message: 'in its own words' } });
  });

  test('a group that the database undid for another’s sake is run again, whole', async () => {
    const failures = { left: 2 };
    expect(await waiting([add('a'), ['addAfter', { id: 'b', state: '40P01', failures }], add('c')])).toEqual(['a', 'b', 'c']);
    expect(await notes()).toEqual(['a', 'b', 'c', 'first']);
  });

  test.each([
    ['53100', 'TRACKING_STORE_FULL'],
    ['57014', 'TRACKING_STORE_BUSY'],
  ])('an error %s is the whole group’s: all are rejected with %s, nothing is stored', async (state, code) => {
    expect(await waiting([add('a'), ['addAfter', { id: 'b', state, failures: { left: 1 } }], add('c')])).toEqual([code, code, code]);
    expect(await notes()).toEqual(['first']);
  });

  test('a black hole in mid-group: run again when packets pass, all are stored once; rejected in time when they do not', async () => {
    await using proxy = await startHalfOpenProxy(server.port);
    const url = new URL(server.url);
    url.port = String(proxy.port);
    let heals = true;
    const commands = {
      ...NOTES,
      async add(trx: Kysely<Schema>, { id }: { id: string }) {
        if (id === 'hole') proxy.silence();
        await sql`INSERT INTO note (id) VALUES (${id}) RETURNING id`.execute(trx).catch((error: unknown) => {
          if (heals) proxy.resume();
          throw error;
        });
        return { result: id, events: [] };
      },
      async hole(trx: Kysely<Schema>, { tries }: { tries: { left: number } }) {
        tries.left -= 1;
        if (tries.left >= 0) proxy.silence();
        return commands.add(trx, { id: 'through' });
      },
    };
    const hole: Asked = ['hole', { tries: { left: 1 } }];
    await using healing = await open(url.href, 6_000, commands);
    expect(await waiting([add('a'), hole, add('b')], healing)).toEqual(['a', 'through', 'b']);
    expect(await notes()).toEqual(['a', 'b', 'first', 'through']);

    heals = false;
    await client.run('DELETE FROM note');
    await using staying = await open(url.href, 1_500, commands);
    const startedAt = performance.now();
    const busy = 'TRACKING_STORE_BUSY';
    expect(await waiting([add('c'), ['hole', { tries: { left: 9 } }], add('d')], staying)).toEqual([busy, busy, busy]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    proxy.resume();
    expect(await notes()).toEqual(['first']);
  });

  test('one whose time is up is rejected, and those that came later are run again without it', async () => {
    const driver = await loadDriver('pg');
    const session = { url: server.url, connectTimeoutMs: 5_000, statementTimeoutMs: 60_000, idleTransactionMs: 60_000 };
    const options = { commandTimeoutMs: 8_000, now: Date.now, random: Math.random };
    const slot = new Slot({ ...options, id: 'old and young', open: () => Session.open(driver, session) });
    const ask = (id: string, startedAt: number) => {
      const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
      const command: CommandFunction = (trx) => NOTES['add']?.(trx, { id } as never) ?? Promise.reject(new Error('no command'));
      return { promise, request: { name: 'add', command, payload: { id }, startedAt, resolve, reject } };
    };
    await client.run('BEGIN; SELECT pg_advisory_xact_lock(1952541047, 1)');
    const now = performance.now();
    const [old, young] = [ask('old', now - 7_800), ask('young', now)];
    const running = slot.run([old.request, young.request]);
    await expect(old.promise).rejects.toMatchObject({
      code: 'TRACKING_STORE_BUSY',
      message: expect.stringContaining('nothing of it was stored') as string,
    });
    await client.run('COMMIT');
    await expect(young.promise).resolves.toMatchObject({ result: 'young' });
    await running;
    await slot.close();
    expect(await notes()).toEqual(['young']);
  });
});
