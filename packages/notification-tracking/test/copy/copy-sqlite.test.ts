import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES } from '../../src/copy/tables.ts';
import { copyRows, createTracker, DEFAULT_POLICY, digestRows, type RowDatabase, verifyRows, type Verification } from '../../src/index.ts';
import { MIGRATIONS } from '../../src/migrations/index.ts';
import { backupSqliteStore, openSqliteRows, openSqliteStore, restoreSqliteStore } from '../../src/sqlite/index.ts';
import { fillSample } from './sample-database.ts';

let folders: TemporaryFolder;

// Made once: each test has a copy.
beforeAll(async () => {
  folders = await temporaryFolder();
  for (const [name, fill] of [
    ['sample.db', true],
    ['empty.db', false],
  ] as const) {
    await using store = await openSqliteStore({ path: folders.file(name) });
    if (fill) await fillSample(store);
  }
});

afterAll(async () => await folders[Symbol.asyncDispose]());

async function sample(folder: TemporaryFolder, name = 'source.db'): Promise<string> {
  await copyFile(folders.file('sample.db'), folder.file(name));
  return folder.file(name);
}

async function empty(folder: TemporaryFolder): Promise<string> {
  await copyFile(folders.file('empty.db'), folder.file('target.db'));
  return folder.file('target.db');
}

async function verified(path: string): Promise<Verification> {
  await using rows = await openSqliteRows({ path });
  return await verifyRows(rows);
}

describe('copy', () => {
  test('every row arrives, in batches, and serials go on', async () => {
    await using folder = await temporaryFolder();
    const [from, to] = [await sample(folder), await empty(folder)];
    const damaging = new Database(from);
    damaging.exec('DELETE FROM call_leg');
    damaging.close();
    await using source = await openSqliteRows({ path: from });
    const target = await openSqliteRows({ path: to, write: true });
    const progress: string[] = [];
    const copied = await copyRows(source, target, {
      batchRows: 3,
      onProgress: ({ table, rows }) => void progress.push(`${table} ${rows}`),
    });
    await target.close();
    expect(progress).toEqual(expect.arrayContaining(['round 3', 'round 6', 'round 9', 'attempt 3']));
    // The legs are gone, but the next one is none of theirs.
    expect(copied.find(({ table }) => table === 'call_leg')).toMatchObject({ rows: 0, lastSerial: 2 });
    await using written = await openSqliteRows({ path: to });
    expect(await digestRows(written)).toEqual(await digestRows(source));
    for (const table of TABLES.filter(({ serial }) => serial))
      expect(await written.lastSerial(table), table.name).toBe(await source.lastSerial(table));
    expect((await verified(to)).problems).toEqual([]);
    await using store = await openSqliteStore({ path: to });
    expect(await createTracker(store, () => DEFAULT_POLICY).dialling()).toEqual({ enabled: false, reason: 'Ніч' });
  });

  test('a target that holds rows is refused, and nothing is written', async () => {
    await using folder = await temporaryFolder();
    const [from, to] = [await sample(folder), await sample(folder, 'other.db')];
    await using source = await openSqliteRows({ path: from });
    await using target = await openSqliteRows({ path: to, write: true });
    await expect(copyRows(source, target)).rejects.toThrow(/The target is not empty: setting has \d+ rows\. Nothing was copied/);
  });

  test('a target of another schema is refused', async () => {
    await using folder = await temporaryFolder();
    const [from, to] = [await sample(folder), await empty(folder)];
    const older = new Database(to);
    older.exec('DELETE FROM taxinav_migration WHERE position = (SELECT max(position) FROM taxinav_migration)');
    older.close();
    await using source = await openSqliteRows({ path: from });
    await using target = await openSqliteRows({ path: to, write: true });
    await expect(copyRows(source, target)).rejects.toMatchObject({ code: 'TRACKING_SCHEMA_NEWER' });
  });

  test('a copy that is not committed leaves the target empty', async () => {
    await using folder = await temporaryFolder();
    const [from, to] = [await sample(folder), await empty(folder)];
    await using source = await openSqliteRows({ path: from });
    const target = await openSqliteRows({ path: to, write: true });
    const forgetful: RowDatabase = {
      kind: target.kind,
      migrations: () => target.migrations(),
      columns: (table) => target.columns(table),
      page: async (...asked) => (await target.page(...asked)).map((row) => ({ ...row, state: 'other' })),
      number: (sql) => target.number(sql),
      lastSerial: (table) => target.lastSerial(table),
      insert: (...rows) => target.insert(...rows),
      continueSerial: (...last) => target.continueSerial(...last),
      damage: () => target.damage(),
      commit: () => target.commit(),
      close: () => target.close(),
      [Symbol.asyncDispose]: () => target.close(),
    };
    await expect(copyRows(source, forgetful)).rejects.toMatchObject({ code: 'TRACKING_STORE_FAILED' });
    await target.close();
    await using left = await openSqliteRows({ path: to });
    for (const { rows } of Object.values(await digestRows(left))) expect(rows).toBe(0);
  });
});

describe('verify', () => {
  test('a database that bridges have used is sound', async () => {
    await using folder = await temporaryFolder();
    const verification = await verified(await sample(folder));
    expect(verification).toMatchObject({ sound: true, problems: [], rows: { round: 9, attempt: 3 } });
    expect(verification.schema).toEqual({ has: MIGRATIONS.at(-1)?.name, knows: MIGRATIONS.at(-1)?.name });
  });

  test.each([
    [
      'final change',
      `UPDATE status_change SET final = 0 WHERE change = (SELECT min(change) FROM status_change WHERE final = 1)`,
      /has one final change/,
    ],
    [
      'order',
      `INSERT INTO status_change (round_id, status, final, changed_at) SELECT round_id, 'Busy', 0, changed_at FROM status_change WHERE final = 1 LIMIT 1`,
      /nothing follows a final change/,
    ],
    ['report', `DELETE FROM report WHERE report_id = (SELECT max(report_id) FROM report)`, /every change of status has a report/],
    [
      'time',
      `UPDATE report SET changed_at = 1 WHERE report_id = (SELECT max(report_id) FROM report WHERE status = 'Done')`,
      /never decrease/,
    ],
    ['head', `UPDATE report SET head = 0`, /the next to be sent/],
    ['newest round', `UPDATE round SET latest = 0 WHERE id = 1`, /one newest round/],
    ['serial', `UPDATE sqlite_sequence SET seq = 1 WHERE name = 'attempt'`, /the serials of attempt would go on at 2/],
    [
      'reference',
      `PRAGMA foreign_keys = OFF; DELETE FROM status_change WHERE change = 1`,
      /damaged: row \d+ of report refers to a row of status_change/,
    ],
    ['migration', `INSERT INTO taxinav_migration VALUES (99, '0099-later', 0)`, /which this version does not know/],
    ['older', `DELETE FROM taxinav_migration WHERE position > 1`, /older than this version's/],
  ])('what breaks a promise is found: %s', async (_what, sql, expected) => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const breaking = new Database(path);
    breaking.exec('PRAGMA foreign_keys = OFF');
    breaking.exec(sql);
    breaking.close();
    const { sound, problems } = await verified(path);
    expect(sound).toBe(false);
    expect(problems.join('\n')).toMatch(expected);
  });

  test('a damaged file is found or cannot be opened, never called sound', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const bytes = await readFile(path);
    bytes.fill(0x5a, 8_192, 12_288);
    await writeFile(path, bytes);
    const found = await verified(path).then(
      ({ sound, problems }) => ({ sound, word: problems.join() }),
      (error: Error) => ({ sound: false, word: error.message }),
    );
    expect(found.sound).toBe(false);
    expect(found.word).toMatch(/damaged/);
    await writeFile(path, 'this is no database, however long it may be'.repeat(100));
    await expect(verified(path)).rejects.toThrow(/is not a SQLite database/);
  });

  test('an empty file is no database of taxinav', async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('empty.db'), '');
    expect((await verified(folder.file('empty.db'))).problems).toEqual([expect.stringContaining('there is no schema')]);
  });
});

describe('restore', () => {
  test('the backup takes the place, what stood there is kept with its log', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const backup = folder.file('backup.db');
    await backupSqliteStore({ path, target: backup });
    await writeFile(path, 'ruined');
    await writeFile(`${path}-wal`, 'a log that belongs to it');
    const restored = await restoreSqliteStore({ backup, path, now: Date.UTC(2026, 10, 3, 13, 21, 30) });
    expect(restored).toEqual({ bytes: (await stat(backup)).size, keptAside: `${path}.before-20261103T132130Z` });
    expect(await readFile(`${path}.before-20261103T132130Z`, 'utf8')).toBe('ruined');
    expect(await readFile(`${path}.before-20261103T132130Z-wal`, 'utf8')).toBe('a log that belongs to it');
    expect((await verified(path)).sound).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await using store = await openSqliteStore({ path });
    expect((await createTracker(store, () => DEFAULT_POLICY).list({})).lines).toHaveLength(9);
  });

  test('a backup that is none, and a database made from itself, are refused; the old one stays', async () => {
    await using folder = await temporaryFolder();
    const path = await sample(folder);
    const before = await readFile(path);
    await writeFile(folder.file('none.db'), 'nothing of the kind'.repeat(100));
    await expect(restoreSqliteStore({ backup: folder.file('none.db'), path, now: 0 })).rejects.toThrow(/is not a SQLite database/);
    await expect(restoreSqliteStore({ backup: folder.file('away.db'), path, now: 0 })).rejects.toThrow(/no such database/);
    await expect(restoreSqliteStore({ backup: path, path, now: 0 })).rejects.toThrow(/cannot be restored from itself/);
    expect(await readFile(path)).toEqual(before);
  });
});
