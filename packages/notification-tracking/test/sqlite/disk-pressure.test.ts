import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Ballast } from '../../src/sqlite/ballast.ts';
import { openSqliteStore } from '../../src/sqlite/index.ts';
import { Desk } from '../contract/desk.ts';
import { DatabaseFolder } from './database-folder.ts';
import { MAY_MOUNT, mountedDisk } from './small-disk.ts';

const MIB = 1_048_576;
const NOTIFICATIONS = 60;
const FULL = { name: 'TrackingError', code: 'TRACKING_STORE_FULL' };
const PATIENCE = { timeout: 10_000, interval: 20 };

function ballastOf(path: string): number {
  return statSync(`${path}-ballast`, { throwIfNoEntry: false })?.size ?? 0;
}

test('a ballast of the wanted size is made beside the database, and kept by the next start', async () => {
  using database = new DatabaseFolder();
  const options = { path: database.path, ballastBytes: 3 * MIB + 1 };
  {
    await using store = await openSqliteStore(options);
    expect(store.pressure).toBe('none');
    await expect.poll(() => ballastOf(database.path), PATIENCE).toBe(3 * MIB + 1);
    // Blocks that are really taken, not a hole.
    expect(statSync(`${database.path}-ballast`).blocks * 512).toBeGreaterThanOrEqual(3 * MIB);
  }
  await using again = await openSqliteStore(options);
  expect(again.pressure).toBe('none');
  expect(ballastOf(database.path)).toBe(3 * MIB + 1);
});

test.skipIf(!MAY_MOUNT)(
  'on a full disk nothing new is taken, what was accepted is dialled, ended and reported, and when there is space again all is as before',
  async () => {
    using disk = mountedDisk(8);
    const path = join(disk.folder, 'taxinav.db');
    {
      await using store = await openSqliteStore({ path });
      await using desk = new Desk(store, { capacity: { channels: 9 } });
      for (let n = 1; n <= NOTIFICATIONS; n += 1) await desk.accept(n);
      await expect.poll(() => ballastOf(path), PATIENCE).toBe(MIB);

      disk.fill();
      await expect.poll(() => store.pressure, PATIENCE).not.toBe('none');
      await expect(desk.accept(1_000)).rejects.toMatchObject(FULL);
      await expect(desk.accept(1_001)).rejects.toThrow(/disk is full or nearly so.*takes new commands again by itself/);
      const seen = new Set([store.pressure]);
      const outcomes = ['answered', 'busy', 'unanswered', 'noSuchNumber'] as const;
      for (let n = 1; n <= NOTIFICATIONS; n += 1) {
        const outcome = outcomes[n % outcomes.length] ?? 'busy';
        await desk.attempt(outcome, ...(outcome === 'answered' ? (['ringing', 'answered'] as const) : []));
        seen.add(store.pressure);
      }
      desk.now += 400_000;
      while (await desk.claim());
      const delivered = await desk.deliver();
      expect(delivered.length).toBeGreaterThan(3 * NOTIFICATIONS);
      expect(await desk.tracker.summary()).toMatchObject({ queued: 0, reportsOwed: 0 });
      expect(seen).toContain('full');

      // What its own log gave back may have sufficed for a new ballast.
      disk.fill();
      await expect.poll(() => store.pressure, PATIENCE).not.toBe('none');
      await expect(desk.accept(1_002)).rejects.toMatchObject(FULL);
      // The switch that stops everything works in trouble too.
      await desk.tracker.setDialling({ now: desk.now, enabled: false });
      await desk.tracker.setDialling({ now: desk.now, enabled: true });

      disk.free();
      await expect.poll(() => store.pressure, PATIENCE).toBe('none');
      expect(ballastOf(path)).toBe(MIB);
      expect((await desk.accept(1_003)).outcome).toBe('accepted');
      for (let n = 1; n <= NOTIFICATIONS; n += 1) expect((await desk.statuses(n)).at(-1)).toMatch(/!$/);
    }
    const file = new BetterSqlite(path);
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.prepare('SELECT count(*) FROM round').pluck().get()).toBe(NOTIFICATIONS + 1);
    file.close();
  },
);

test.skipIf(!MAY_MOUNT)('below the low-water mark nothing new is taken, before SQLite fails', async () => {
  using disk = mountedDisk(8);
  const path = join(disk.folder, 'taxinav.db');
  await using store = await openSqliteStore({ path });
  await using desk = new Desk(store);
  await desk.accept(1);
  await expect.poll(() => ballastOf(path), PATIENCE).toBe(MIB);
  disk.fill(MIB / 2);
  await expect.poll(() => store.pressure, PATIENCE).toBe('low');
  await expect(desk.accept(2)).rejects.toMatchObject(FULL);
  expect(await desk.deliver()).toEqual(['Queued']);
  expect(ballastOf(path)).toBe(MIB);
  disk.free();
  await expect.poll(() => store.pressure, PATIENCE).toBe('none');
  expect((await desk.accept(2)).outcome).toBe('accepted');
});

test.skipIf(!MAY_MOUNT)('a bridge that starts on a full disk gives its ballast up and reports what it owes', async () => {
  using disk = mountedDisk(8);
  const path = join(disk.folder, 'taxinav.db');
  {
    await using store = await openSqliteStore({ path });
    const desk = new Desk(store);
    for (const n of [1, 2, 3]) await desk.accept(n);
    await expect.poll(() => ballastOf(path), PATIENCE).toBe(MIB);
  }
  disk.fill();
  await using store = await openSqliteStore({ path });
  await using desk = new Desk(store);
  await expect(desk.accept(4)).rejects.toMatchObject(FULL);
  expect(await desk.deliver()).toEqual(['Queued', 'Queued', 'Queued']);
  disk.free();
});

test('without a ballast and a low-water mark there is none, and the store works', async () => {
  using database = new DatabaseFolder();
  await using store = await openSqliteStore({ path: database.path, ballastBytes: 0, lowWaterBytes: 0 });
  const desk = new Desk(store);
  expect((await desk.accept(1)).outcome).toBe('accepted');
  expect(existsSync(`${database.path}-ballast`)).toBe(false);
});

test('a ballast that cannot be made keeps no store from working', async () => {
  using database = new DatabaseFolder();
  writeFileSync(`${database.path}-ballast`, '', { mode: 0o400 });
  await using store = await openSqliteStore({ path: database.path, ballastBytes: 1_000 });
  const desk = new Desk(store);
  expect((await desk.accept(1)).outcome).toBe('accepted');
});

test('where nobody can tell how much is free, nothing is refused', () => {
  using database = new DatabaseFolder();
  const ballast = new Ballast({ path: database.path, bytes: 1_000 });
  rmSync(database.folder, { recursive: true });
  expect(ballast.free()).toBe(Infinity);
  expect(ballast.makeStep()).toBe(false);
  expect(ballast.giveUp()).toBe(false);
});
