import { describe, expect, test } from 'vitest';
import { codesOf, DatabaseFolder, Gate } from './database-folder.ts';

describe('one group', () => {
  test('resolves each command with what it left, in the order they were asked', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const results = await Promise.all([store.run('add', { id: 'a' }), store.run('add', { id: 'b' }), store.run('add', { id: 'c' })]);
    expect(results).toEqual([
      { result: 'a', events: [] },
      { result: 'b', events: [] },
      { result: 'c', events: [] },
    ]);
    expect(await store.read('ids', {})).toEqual(['a', 'b', 'c']);
  });

  test('a constraint failure rejects its own command only', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const codes = await codesOf(['a', 'a', 'b'].map((id) => store.run('add', { id })));
    expect(codes).toEqual(['stored', 'TRACKING_CONSTRAINT', 'stored']);
    expect(await store.read('ids', {})).toEqual(['a', 'b']);
  });

  test("an error of a command's own code undoes that command only and keeps a TrackingError's words", async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
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
    using database = new DatabaseFolder();
    await using store = await database.open();
    const codes = await codesOf([store.run('add', { id: 'a' }), store.run('addThenBreak', { id: 'b' }), store.run('add', { id: 'c' })]);
    expect(codes).toEqual(['TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'TRACKING_STORE_BUSY']);
    expect(await store.read('ids', {})).toEqual([]);
    await store.run('add', { id: 'after' });
    expect(await store.read('ids', {})).toEqual(['after']);
  });

  test('an unknown command, and one that is no plain data, are refused without harm to their neighbours', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
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
    using database = new DatabaseFolder();
    await using store = await database.open({ groupLimit: 2 });
    // The fourth ends its group, which is the third and the fourth.
    const codes = await codesOf([
      ...['a', 'b', 'c'].map((id) => store.run('add', { id })),
      store.run('addThenBreak', { id: 'd' }),
      store.run('add', { id: 'e' }),
    ]);
    expect(codes).toEqual(['stored', 'stored', 'TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'stored']);
  });

  test('what arrives while a group is under way goes together as the next one', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const gate = new Gate();
    const first = store.run('block', gate);
    // A read's answer shows that the first group has left this thread.
    await store.read('ids', {});
    const codes = codesOf([store.run('add', { id: 'a' }), store.run('addThenBreak', { id: 'b' }), store.run('add', { id: 'c' })]);
    gate.open();
    expect(await first).toEqual({ result: 'ok', events: [] });
    expect(await codes).toEqual(['TRACKING_STORE_BUSY', 'TRACKING_COMMAND_INVALID', 'TRACKING_STORE_BUSY']);
  });
});

describe('the connections', () => {
  test('the writer flushes every commit, keeps foreign keys and temporary tables in memory', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const names = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'temp_store', 'wal_autocheckpoint'];
    const values = await Promise.all(names.map(async (name) => ((await store.run('pragma', { name })) as { result: unknown }).result));
    expect(values).toEqual(['wal', 2, 1, 5000, 2, 0]);
  });

  test('the reader cannot write', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    expect(await store.read('pragma', { name: 'query_only' })).toBe(1);
    await expect(store.read('write', {})).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
    await store.run('add', { id: 'a' });
    expect(await store.read('ids', {})).toEqual(['a']);
  });

  test('a query that fails, or that nobody knows, rejects alone', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const codes = await codesOf([store.read('ids', {}), store.read('broken', {}), store.read('nothing', {}), store.read('ids', {})]);
    expect(codes).toEqual(['stored', 'TRACKING_COMMAND_INVALID', 'TRACKING_COMMAND_INVALID', 'stored']);
  });

  test('reads are answered and this thread goes on while a group is held up', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open();
    const gate = new Gate();
    const order: string[] = [];
    const held = store.run('block', gate).then((value) => order.push(`group ${(value as { result: string }).result}`));
    const behind = store.run('add', { id: 'a' }).then(() => order.push('the command behind it'));
    order.push(`read ${JSON.stringify(await store.read('ids', {}))}`);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    order.push('five turns of the event loop');
    gate.open();
    await Promise.all([held, behind]);
    // The gate says `ok` because it was opened here; a blocked thread could not, and it would say `timed-out`.
    expect(order).toEqual(['read []', 'five turns of the event loop', 'group ok', 'the command behind it']);
  });
});

describe('queueLimit', () => {
  test('a command beyond it is refused at once, and taken again when the queue has room', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open({ queueLimit: 3, groupLimit: 1 });
    const gate = new Gate();
    const held = store.run('block', gate);
    await store.read('ids', {});
    const waiting = ['a', 'b', 'c'].map((id) => store.run('add', { id }));
    await expect(store.run('add', { id: 'd' })).rejects.toMatchObject({ code: 'TRACKING_STORE_BUSY' });
    gate.open();
    await Promise.all([held, ...waiting]);
    await store.run('add', { id: 'e' });
    expect(await store.read('ids', {})).toEqual(['a', 'b', 'c', 'e']);
  });

  test('it bounds the reads as well', async () => {
    using database = new DatabaseFolder();
    await using store = await database.open({ queueLimit: 2 });
    const gate = new Gate();
    const held = store.read('block', gate);
    await store.run('add', { id: 'a' });
    const waiting = [store.read('ids', {}), store.read('ids', {})];
    await expect(store.read('ids', {})).rejects.toMatchObject({ code: 'TRACKING_STORE_BUSY' });
    gate.open();
    expect(await held).toBe('ok');
    expect(await Promise.all(waiting)).toEqual([['a'], ['a']]);
  });
});
