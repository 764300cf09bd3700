import { existsSync, statSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Configuration } from '@taxinav/bridge-contract';
import { schemaState } from '@taxinav/notification-tracking';
import { CliError } from '../cli-error.ts';
import { databaseLocation } from '../database/location.ts';
import { openRows } from '../database/open-rows.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const MEGABYTE = 1_048_576;
/** Below this a day's work may fill the disk; below the other it soon does. Mebibytes. */
const ROOM = { warn: 1_024, fail: 100 } as const;

/** Whether the database opens, and whose schema it has. Nothing is changed in it. */
export async function databaseOpens(config: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const check = 'database';
  try {
    const location = databaseLocation({ config }, env);
    const { database, shown } = location;
    if (database.kind === 'sqlite' && !existsSync(database.path)) return [await firstStart(database.path)];
    await using rows = await openRows(location);
    const { state, has = '', knows = '' } = await schemaState(rows);
    const size = database.kind === 'sqlite' ? `, ${(statSync(database.path).size / MEGABYTE).toFixed(1)} MiB` : '';
    switch (state) {
      case 'none':
        return [ok(check, `${shown} is empty; the first start makes its schema`)];
      case 'older':
        return [ok(check, `${shown} opens, schema ${has}${size}; the next start brings it to ${knows}`)];
      case 'current':
        return [ok(check, `${shown} opens, schema ${has}${size}`)];
      case 'unknown':
        return [
          fail(
            check,
            `${shown} has the schema ${has}, newer than this version's ${knows}`,
            'install the version that wrote it, or restore a copy from before the upgrade.',
          ),
        ];
      default:
        return state satisfies never;
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const [detail = '', ...steps] = error.lines;
    return [fail(check, detail, steps.length > 0 ? steps.join('\n') : 'taxinav db verify says more.')];
  }
}

async function firstStart(path: string): Promise<Finding> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
    return ok('database', `sqlite:${path} is made at the first start`);
  } catch {
    return fail(
      'database',
      `sqlite:${path} cannot be made: ${folder} does not exist or this user may not write there`,
      `mkdir -p ${folder}, owned by the bridge's user.`,
    );
  }
}

/** Whether there is room where the bridge writes. */
export async function roomIsLeft({ database, speech }: Configuration): Promise<readonly Finding[]> {
  const folders = new Set([...(database.kind === 'sqlite' ? [dirname(database.path)] : []), existing(speech.cache)]);
  return await Promise.all(
    [...folders].map(async (folder) => {
      try {
        const { bavail, bsize } = await statfs(folder);
        const free = Math.floor((bavail * bsize) / MEGABYTE);
        const detail = `${folder} has ${free} MiB free`;
        if (free >= ROOM.warn) return ok('disk', detail);
        const remedy = 'free space, or move the database: a full disk refuses every new SayText.';
        return free >= ROOM.fail ? warn('disk', detail, remedy) : fail('disk', detail, remedy);
      } catch (error) {
        return fail(
          'disk',
          `${folder} cannot be looked at (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
          'make the folder, owned by the bridge’s user.',
        );
      }
    }),
  );
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
