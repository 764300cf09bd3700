import BetterSqlite from 'better-sqlite3';
import { afterAll, beforeAll } from 'vitest';
import { openSqliteStore } from '../../src/sqlite/index.ts';
import type { Store } from '../../src/store.ts';
import { storeContract } from '../contract/store-contract.ts';
import { DatabaseFolder } from './database-folder.ts';

const folder = new DatabaseFolder();
let store: Store;

beforeAll(async () => {
  store = await openSqliteStore({ path: folder.path });
});

afterAll(async () => {
  await store.close();
  folder[Symbol.dispose]();
});

/** Empties every table: opening a new store for each test would cost more than the tests. */
function emptyDatabase(): void {
  const connection = new BetterSqlite(folder.path);
  connection.pragma('foreign_keys = OFF');
  const tables = connection
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'taxinav_migration'`)
    .pluck()
    .all() as readonly string[];
  connection.transaction(() => {
    for (const table of tables) connection.exec(`DELETE FROM "${table}"`);
  })();
  connection.close();
}

storeContract(() => {
  emptyDatabase();
  const ofOneTest: Store = {
    run: (name, command) => store.run(name, command),
    read: (name, query) => store.read(name, query),
    failed: store.failed,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return Promise.resolve(ofOneTest);
});
