import { existsSync } from 'node:fs';
import { verifyRows } from '@taxinav/notification-tracking';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { databaseLocation, writtenDatabase, type DatabaseOptions } from '../database/location.ts';
import { openRows } from '../database/open-rows.ts';
import { storeError } from '../database/store-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** What `db restore` is told. */
export interface DbRestoreOptions extends DatabaseOptions {
  /** The file that `db backup` has made. */
  readonly backup: string;
}

/** Puts a backup in the place of a SQLite database that nobody uses; what stood there is kept aside. */
export async function dbRestore({ output, env }: CommandContext, { backup, ...options }: DbRestoreOptions): Promise<ExitCode> {
  const { database, shown } = databaseLocation(options, env);
  if (database.kind !== 'sqlite') {
    throw new CliError('usage', [
      'restore puts a file in the place of a SQLite database. Into PostgreSQL a backup is copied:',
      `  createdb …; taxinav db copy --from sqlite:${backup} --to postgres://…`,
    ]);
  }
  await mustBeSound(backup);
  const { restoreSqliteStore } = await import('@taxinav/notification-tracking/sqlite');
  const { bytes, keptAside } = await restoreSqliteStore({ backup, path: database.path, now: Date.now() }).catch((error: unknown) => {
    throw storeError(error, shown);
  });
  output.record({ database: shown, bytes, ...(keptAside !== undefined && { keptAside }) }, () => [
    `${shown} is now ${backup}, ${bytes} bytes`,
    ...(keptAside === undefined ? [] : [`what stood there is ${keptAside}`]),
  ]);
  output.talk(
    'statuses that were delivered since the backup are delivered again, and what was accepted since is gone: its GUIDs are in the bridge’s log',
  );
  return EXIT.done;
}

async function mustBeSound(backup: string): Promise<void> {
  if (!existsSync(backup))
    throw new CliError('failed', `${backup}: there is no such backup. Give the file that \`taxinav db backup\` has made.`);
  await using rows = await openRows(writtenDatabase(`sqlite:${backup}`));
  const { sound, needsMigration, problems } = await verifyRows(rows).catch((error: unknown) => {
    throw storeError(error, `sqlite:${backup}`);
  });
  // An older schema is brought up to date by the bridge that opens it.
  if (sound || needsMigration) return;
  throw new CliError('failed', [
    `${backup} is not sound; nothing was restored:`,
    ...problems.map((problem) => `  ${problem}`),
    'Try an older backup.',
  ]);
}
