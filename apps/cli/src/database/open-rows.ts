import type { RowDatabase } from '@taxinav/notification-tracking';
import type { DatabaseLocation } from './location.ts';
import { mustExist, storeError } from './store-error.ts';

/** Opens the rows of a database as they are now; changes nothing, also not its schema. @throws CliError `failed` with what to do */
export async function openRows({ database, shown }: DatabaseLocation, write = false): Promise<RowDatabase> {
  try {
    if (database.kind === 'sqlite') {
      mustExist(database.path);
      const { openSqliteRows } = await import('@taxinav/notification-tracking/sqlite');
      return await openSqliteRows({ path: database.path, write });
    }
    const { openPostgresRows } = await import('@taxinav/notification-tracking/postgres');
    const { url, password } = database;
    return await openPostgresRows({ url, write, ...(password !== undefined && { password }) });
  } catch (error) {
    throw storeError(error, shown);
  }
}
