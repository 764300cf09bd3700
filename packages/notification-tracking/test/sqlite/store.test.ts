import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store.ts';
import { codesOf, DatabaseFolder, Gate } from './database-folder.ts';

// One store for the tests that need no other: opening one costs more than most of them.
const database = new DatabaseFolder();
let store: Store;

beforeAll(async () => {
  store = await database.open();
});

beforeEach(() => store.run('empty', {}));

afterAll(async () => {
  await store.close();
  database[Symbol.dispose]();
});

describe('one group', () => {
  test('resolves each command with what it left, in the order they were asked', async () => {
    const results = await Promise.all([store.run('add', { id: 'a' }), store.run('add', { id: 'b' }), store.run('add', { id: 'c' })]);
    expect(results).toEqual([
      { result: 'a', events: [] },
      { result: 'b', events: [] },
      { result: 'c', events: [] },
    ]);
    expect(await store.read('ids', {})).toEqual(['a', 'b', 'c']);
  });

  test('a constraint failure rejects its own command only', async () => {
    const codes = await codesOf(['a', 'a', 'b'].map((id) => store.run('add', { id })));
    expect(codes).toEqual(['stored', 'TRACKING_CONSTRAINT', 'stored']);
    expect(await store.read('ids', {})).toEqual(['a', 'b']);
  });

  test("an error of a command's own code undoes that command only and keeps a TrackingError's words", async () => {
    const own = store.run('addThenThrow', { id: 'b', coded: true });
    const bug = store.run('addThenThrow', { id: 'c', coded: false });
    expect(await codesOf([store.run('add', { id: 'a' }), own, bug, store.run('add', { id: 'd' })])).toEqual([
      'stored',
      'TRACKING_COMMAND_INVALID',
      'TRACKING_COMMAND_INVALID',
      'stored',
    ]);
    await expect(own).rejects.toThrow('now must be a whole number, got NaN');
    await expect(bug).rejects.toThrow(/addThenThrow failed in its own code .*TypeError: undefined is not a function/);
    expect(await store.read('ids', {})).toEqual(['a', 'd']);
  });

  test('another error of the database rejects every command of the group and stores none', async () => {
    const codes = await codesOf([store.run('add', { id: 'a' }), store.run('addThenBreak', { id: 'b' }), store.run('add', { id: 'c' })]);
    expect(codes).toEqual(['TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'TRACKING_STORE_BUSY']);
    expect(await store.read('ids', {})).toEqual([]);
    await store.run('add', { id: 'after' });
    expect(await store.read('ids', {})).toEqual(['after']);
  });

  test('an unknown command, and one that is no plain data, are refused without harm to their neighbours', async () => {
    const codes = await codesOf([
      store.run('add', { id: 'a' }),
      store.run('toString', {}),
      store.run('add', { id: () => 'a function' }),
      store.run('add', { id: 'b' }),
    ]);
    expect(codes).toEqual(['stored', 'TRACKING_COMMAND_INVALID', 'TRACKING_COMMAND_INVALID', 'stored']);
    expect(await store.read('ids', {})).toEqual(['a', 'b']);
  });

  test('groupLimit cuts a long queue into groups', async () => {
    using own = new DatabaseFolder();
    await using limited = await own.open({ groupLimit: 2 });
    // The fourth ends its group, which is the third and the fourth.
    const codes = await codesOf([
      ...['a', 'b', 'c'].map((id) => limited.run('add', { id })),
      limited.run('addThenBreak', { id: 'd' }),
      limited.run('add', { id: 'e' }),
    ]);
    expect(codes).toEqual(['stored', 'stored', 'TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'stored']);
  });

  test('what arrives while a group is under way goes together as the next one', async () => {
    const gate = new Gate();
    const first = store.run('block', gate);
    // A read's answer shows that the first group has left this thread.
    await store.read('ids', {});
    const codes = codesOf([store.run('add', { id: 'a' }), store.run('addThenBreak', { id: 'b' }), store.run('add', { id: 'c' })]);
    gate.open();
    expect(await first).toEqual({ result: 'opened', events: [] });
    expect(await codes).toEqual(['TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'TRACKING_STORE_BUSY']);
  });
});

describe('the connections', () => {
  test('the writer flushes every commit, keeps foreign keys and temporary tables in memory', async () => {
    const names = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'temp_store', 'wal_autocheckpoint'];
    const values = await Promise.all(names.map(async (name) => ((await store.run('pragma', { name })) as { result: unknown }).result));
    expect(values).toEqual(['wal', 2, 1, 5000, 2, 0]);
  });

  test('the reader cannot write', async () => {
    expect(await store.read('pragma', { name: 'query_only' })).toBe(1);
    await expect(store.read('write', {})).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await store.run('add', { id: 'a' });
    expect(await store.read('ids', {})).toEqual(['a']);
  });

  test('a query that fails, or that nobody knows, rejects alone', async () => {
    const codes = await codesOf([store.read('ids', {}), store.read('broken', {}), store.read('nothing', {}), store.read('ids', {})]);
    expect(codes).toEqual(['stored', 'TRACKING_COMMAND_INVALID', 'TRACKING_COMMAND_INVALID', 'stored']);
  });

  test('reads are answered and this thread goes on while a group is held up', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const held = store.run('block', gate).then((value) => order.push(`group ${(value as { result: string }).result}`));
    const behind = store.run('add', { id: 'a' }).then(() => order.push('the command behind it'));
    order.push(`read ${JSON.stringify(await store.read('ids', {}))}`);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    order.push('five turns of the event loop');
    gate.open();
    await Promise.all([held, behind]);
    // The gate says `opened` because it was opened here; a blocked thread could not, and it would say `timed-out`.
    expect(order).toEqual(['read []', 'five turns of the event loop', 'group opened', 'the command behind it']);
  });
});

describe('queueLimit', () => {
  test('a command beyond it is refused at once, and taken again when the queue has room', async () => {
    using own = new DatabaseFolder();
    await using limited = await own.open({ queueLimit: 3, groupLimit: 1 });
    const gate = new Gate();
    const held = limited.run('block', gate);
    await limited.read('ids', {});
    const waiting = ['a', 'b', 'c'].map((id) => limited.run('add', { id }));
    await expect(limited.run('add', { id: 'd' })).rejects.toMatchObject({ code: 'TRACKING_STORE_BUSY' });
    gate.open();
    await Promise.all([held, ...waiting]);
    await limited.run('add', { id: 'e' });
    expect(await limited.read('ids', {})).toEqual(['a', 'b', 'c', 'e']);
  });

  test('it bounds the reads as well', async () => {
    using own = new DatabaseFolder();
    await using limited = await own.open({ queueLimit: 2 });
    const gate = new Gate();
    const held = limited.read('block', gate);
    await limited.run('add', { id: 'a' });
    const waiting = [limited.read('ids', {}), limited.read('ids', {})];
    await expect(limited.read('ids', {})).rejects.toMatchObject({ code: 'TRACKING_STORE_BUSY' });
    gate.open();
    expect(await held).toBe('opened');
    expect(await Promise.all(waiting)).toEqual([['a'], ['a']]);
  });
});

test('the thread that reads ends when nothing is read, and the next read starts it again', async () => {
  using own = new DatabaseFolder();
  await using idle = await own.open({ readerIdleMs: 1 });
  await idle.run('add', { id: 'a' });
  const threads = new Set<unknown>();
  await expect
    .poll(
      async () => {
        threads.add(await idle.read('thread', {}));
        return threads.size;
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(1);
  expect(await idle.read('ids', {})).toEqual(['a']);
});
