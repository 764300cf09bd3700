import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { copyBetween } from '../database/copy-between.ts';
import { databaseLocation, type DatabaseOptions } from '../database/location.ts';
import { mustExist, storeError } from '../database/store-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** What `db backup` is told. */
export interface DbBackupOptions extends DatabaseOptions {
  /** A file that does not exist yet, or a folder for one named by the time. */
  readonly target: string;
}

/** Copies a database as it is at one moment into a SQLite file, while bridges go on using it. */
export async function dbBackup({ output, env }: CommandContext, { target, ...options }: DbBackupOptions): Promise<ExitCode> {
  const { database, shown } = databaseLocation(options, env);
  const file = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true ? join(target, named(Date.now())) : target;
  if (database.kind === 'sqlite') {
    mustExist(database.path);
    const { backupSqliteStore } = await import('@taxinav/notification-tracking/sqlite');
    await backupSqliteStore({ path: database.path, target: file }).catch((error: unknown) => {
      throw storeError(error, shown);
    });
  } else {
    if (statSync(file, { throwIfNoEntry: false }) !== undefined)
      throw new CliError('failed', `${file} exists. Name a new file, or delete that one.`);
    try {
      await copyBetween(
        { database, shown },
        { database: { kind: 'sqlite', path: file }, shown: `sqlite:${file}` },
        { output, holdSource: false },
      );
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      // A backup is one file.
      for (const beside of ['-lock', '-ballast', '-wal', '-shm']) rmSync(file + beside, { force: true });
    }
  }
  const { size: bytes } = statSync(file);
  output.record({ database: shown, file, bytes }, () => `${file}  ${bytes} bytes, checked and flushed to disk`);
  output.talk('it holds phone numbers and texts; keep it as you keep the database');
  return EXIT.done;
}

function named(at: number): string {
  return `taxinav-${new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`;
}
