import { createTracker, DEFAULT_POLICY, schemaState, type Store, type Tracker } from '@taxinav/notification-tracking';
import { CliError } from '../cli-error.ts';
import type { DatabaseLocation } from './location.ts';
import { openRows } from './open-rows.ts';
import { mustExist, storeError } from './store-error.ts';

/** A tracker on a database that no bridge has to serve. */
export interface OpenTracker extends AsyncDisposable {
  readonly tracker: Tracker;
}

/**
 * Opens the database of a bridge for a command of upkeep. An older schema is refused: only a bridge that starts, or `db migrate`, changes it.
 * A SQLite database is refused while a bridge uses it.
 *
 * @throws CliError `failed` with what to do
 */
export async function openTracker(location: DatabaseLocation): Promise<OpenTracker> {
  await mustBeCurrent(location);
  const store = await openStore(location);
  // What upkeep does is judged by no limit and places no call.
  const tracker = createTracker(store, () => DEFAULT_POLICY);
  return { tracker, [Symbol.asyncDispose]: () => store.close() };
}

async function mustBeCurrent(location: DatabaseLocation): Promise<void> {
  await using rows = await openRows(location);
  const { state, has = 'none', knows = '' } = await schemaState(rows);
  if (state === 'older' || state === 'none')
    throw new CliError(
      'failed',
      `${location.shown} has the schema ${has}, older than this version's ${knows}. Start its bridge, or run: taxinav db migrate.`,
    );
}

/** Opens the store; an older schema is migrated. @throws CliError `failed` with what to do */
export async function openStore({ database, shown }: DatabaseLocation): Promise<Store> {
  try {
    if (database.kind === 'sqlite') {
      mustExist(database.path);
      const { openSqliteStore } = await import('@taxinav/notification-tracking/sqlite');
      // Nobody waits half a minute for a bridge to let go.
      return await openSqliteStore({ path: database.path, busyTimeoutMs: 1_000 });
    }
    const { openPostgresStore } = await import('@taxinav/notification-tracking/postgres');
    const { url, password } = database;
    return await openPostgresStore({ url, connections: 2, ...(password !== undefined && { password }) });
  } catch (error) {
    throw storeError(error, shown);
  }
}
