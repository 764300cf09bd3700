import { closeSync, existsSync, openSync } from 'node:fs';
import { copyRows, TrackingError, type CopiedTable } from '@taxinav/notification-tracking';
import type { Output } from '../output.ts';
import type { DatabaseLocation } from './location.ts';
import { openRows } from './open-rows.ts';
import { openStore } from './open-tracker.ts';
import { storeError } from './store-error.ts';

/** Rows between two words of progress. */
const TELL_EVERY = 100_000;

/** How a copy treats its ends. */
export interface CopyBetweenOptions {
  readonly output: Output;
  /** Whether the source is brought to this version's schema and, SQLite, held meanwhile; else it stays as it is, and in use. */
  readonly holdSource: boolean;
}

/** Copies every row of a database, as it is at one moment, into an empty one; a SQLite file is made, for its owner only. */
export async function copyBetween(
  from: DatabaseLocation,
  to: DatabaseLocation,
  { output, holdSource }: CopyBetweenOptions,
): Promise<readonly CopiedTable[]> {
  await using _heldSource = holdSource ? await openStore(from) : undefined;
  // Readable by its owner only, before anything is in it.
  if (to.database.kind === 'sqlite' && !existsSync(to.database.path)) closeSync(openSync(to.database.path, 'wx', 0o600));
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
