import { startPostgres, temporaryFolder } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { TABLES } from '../../src/copy/tables.ts';
import { copyRows, createTracker, DEFAULT_POLICY, digestRows, verifyRows } from '../../src/index.ts';
import { openPostgresRows, openPostgresStore } from '../../src/postgres/index.ts';
import { openSqliteRows, openSqliteStore } from '../../src/sqlite/index.ts';
import { fillSample } from './sample-database.ts';

const server = await startPostgres({ fsync: false });

test.skipIf('absent' in server)('from SQLite to PostgreSQL and back nothing is lost, and serials go on', { timeout: 60_000 }, async () => {
  if ('absent' in server) return;
  await using _server = server;
  await using folder = await temporaryFolder();
  const [there, back, url] = [folder.file('there.db'), folder.file('back.db'), server.url];
  {
    await using store = await openSqliteStore({ path: there });
    await fillSample(store);
    // An attempt's number that was given out is never given out again, also when nothing holds it any more.
    await using empty = await openPostgresStore({ url });
    await using other = await openSqliteStore({ path: back });
    await Promise.all([store.close(), empty.close(), other.close()]);
  }
  await using source = await openSqliteRows({ path: there });
  await using target = await openPostgresRows({ url, write: true });
  await copyRows(source, target, { batchRows: 4 });
  await using moved = await openPostgresRows({ url });
  expect(await digestRows(moved, 3)).toEqual(await digestRows(source));
  expect(await verifyRows(moved)).toMatchObject({ sound: true, problems: [], rows: { round: 9, attempt: 3 } });

  await using last = await openSqliteRows({ path: back, write: true });
  await copyRows(moved, last, { batchRows: 4 });
  await using returned = await openSqliteRows({ path: back });
  expect(await digestRows(returned)).toEqual(await digestRows(source));
  for (const table of TABLES.filter(({ serial }) => serial)) {
    expect(await moved.lastSerial(table), table.name).toBe(await source.lastSerial(table));
    expect(await returned.lastSerial(table), table.name).toBe(await source.lastSerial(table));
  }
  await moved.close();

  // The next number is no number that was ever used.
  await using store = await openPostgresStore({ url });
  const tracker = createTracker(store, () => DEFAULT_POLICY);
  await tracker.setDialling({ now: 1_790_000_100_000, enabled: true });
  const owner = { node: 'bridge-2', token: 0 };
  const { call } = await tracker.claimCall({ now: 1_790_000_100_000, ...owner });
  expect(await tracker.startAttempt({ now: 1_790_000_100_001, roundId: call?.roundId ?? 0, ...owner })).toMatchObject({ attempt: 4 });
  await using again = await openPostgresRows({ url, write: true });
  await expect(copyRows(returned, again)).rejects.toThrow('The target is not empty');
});

test('a server that is not there, or a wrong password, is said without the password', async () => {
  const url = 'postgres://somebody:secret@127.0.0.1:1/none';
  const refused = await openPostgresRows({ url }).catch((error: Error) => error);
  expect(refused).toMatchObject({ code: 'TRACKING_STORE_OPEN_FAILED', message: expect.stringContaining('127.0.0.1:1 was not opened') });
  expect(refused instanceof Error ? refused.message : refused).not.toContain('secret');
});
