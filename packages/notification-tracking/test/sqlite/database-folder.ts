import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/store.ts';
import { openSqliteStoreWith, type SqliteStoreInternals, type SqliteStoreOptions } from '../../src/sqlite/store.ts';

/** The commands of `tables.ts` beside this file. */
export const TABLES: URL = new URL('./tables.ts', import.meta.url);

/** A new folder that goes with its scope. */
export class DatabaseFolder implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'taxinav-tracking-'));
  readonly path: string = join(this.folder, 'taxinav.db');

  /** A store with the tests' own commands. */
  open(options: Partial<SqliteStoreOptions> = {}, internals: SqliteStoreInternals = {}): Promise<Store> {
    return openSqliteStoreWith({ path: this.path, ...options }, { tables: TABLES, ...internals });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Holds a worker at its command `block` until it is opened. */
export class Gate {
  readonly gate: Int32Array = new Int32Array(new SharedArrayBuffer(4));

  open(): void {
    Atomics.store(this.gate, 0, 1);
    Atomics.notify(this.gate, 0);
  }
}

/** The codes that promises were rejected with; `stored` for one that was not. */
export async function codesOf(promises: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? 'stored' : String((one.reason as { code?: unknown }).code)));
}
