import type { CommandContext } from '../command-context.ts';
import { databaseLocation, type DatabaseLocation, type DatabaseOptions } from '../database/location.ts';
import { openRows } from '../database/open-rows.ts';
import { openStore } from '../database/open-tracker.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Brings the schema of a database up to this version's; the bridge does the same at its start. */
export async function dbMigrate({ output, env }: CommandContext, options: DatabaseOptions): Promise<ExitCode> {
  const location = databaseLocation(options, env);
  const before = await migrations(location);
  await using store = await openStore(location);
  await store.close();
  const after = await migrations(location);
  const applied = after.slice(before.length);
  output.record({ database: location.shown, applied, schema: after.at(-1) }, () =>
    applied.length === 0
      ? `${location.shown} is up to date: ${after.at(-1) ?? 'no schema'}`
      : [`${location.shown} is now ${after.at(-1) ?? ''}`, ...applied.map((name) => `  applied  ${name}`)],
  );
  if (applied.length > 0 && before.length > 0) output.talk('an older taxinav-bridge refuses this database from now on');
  return EXIT.done;
}

async function migrations(location: DatabaseLocation): Promise<readonly string[]> {
  await using rows = await openRows(location);
  return await rows.migrations();
}
