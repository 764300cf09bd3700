import type { CommandFunction, QueryFunction } from '../command.ts';
import type { Migration } from '../migrations/migration.ts';

/** What the workers run. */
export interface Tables {
  readonly COMMANDS: Readonly<Record<string, CommandFunction>>;
  readonly QUERIES: Readonly<Record<string, QueryFunction>>;
  /** Commands that are refused while the disk is full. */
  readonly GROWING?: ReadonlySet<string>;
  readonly MIGRATIONS: readonly Migration[];
}

/** Imports them by URL: the package's own from `tables.ts`, a test's from its own module. */
export async function loadTables(url: string): Promise<Tables> {
  return (await import(url)) as Tables;
}
