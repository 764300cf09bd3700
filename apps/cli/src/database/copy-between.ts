import { closeSync, existsSync, openSync } from 'node:fs';
import { copyRows, TrackingError, type CopiedTable } from '@taxinav/notification-tracking';
import type { Output } from '../output.ts';
import type { DatabaseLocation } from './location.ts';
import { openRows } from './open-rows.ts';
import { openStore, storeError } from './open-tracker.ts';

/** Rows between two words of progress. */
const TELL_EVERY = 100_000;

/**
 * Copies every row of a database into an empty one, both brought to this version's schema before. A SQLite database is held meanwhile,
 * so that no bridge can begin to use it.
 */
export async function copyBetween(
  from: DatabaseLocation,
  to: DatabaseLocation,
  { output, create }: { readonly output: Output; readonly create: boolean },
): Promise<readonly CopiedTable[]> {
  await using _heldSource = await openStore(from);
  // Readable by its owner only, before anything is in it.
  if (create && to.database.kind === 'sqlite' && !existsSync(to.database.path)) closeSync(openSync(to.database.path, 'wx', 0o600));
  await using _heldTarget = await openStore(to);
  await using source = await openRows(from);
  await using target = await openRows(to, true);
  try {
    return await copyRows(source, target, {
      onProgress({ table, rows }) {
        if (rows % TELL_EVERY === 0) output.talk(`${table}: ${rows} rows`);
      },
    });
  } catch (error) {
    throw error instanceof TrackingError ? storeError(error, `${from.shown} → ${to.shown}`) : error;
  }
}
