import { Option, type Command } from '@commander-js/extra-typings';
import { jsonOption } from '../options.ts';
import type { RunCommand } from '../run-command.ts';

const configOption = (): Option<'--config <file>'> => new Option('--config <file>', "the bridge's configuration, which names the database");
const databaseOption = (): Option<'--database <database>'> =>
  new Option('--database <database>', 'or the database: sqlite:PATH or postgres://…');

/** `taxinav db`: upkeep of the database itself. */
export function addDatabase(program: Command, run: RunCommand): void {
  const db = program.command('db').description("the bridge's database");
  db.command('migrate')
    .description('bring its schema up to this version; the bridge does so at its start')
    .addOption(configOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { dbMigrate } = await import('../commands/db-migrate.ts');
        return await dbMigrate(context, options);
      }),
    );
  db.command('backup')
    .description('copy it, as it is at one moment, into a file; bridges go on meanwhile')
    .argument('<target>', 'a new file, or a folder for one named by the time')
    .addOption(configOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .action((target, options) =>
      run(options.json, async (context) => {
        const { dbBackup } = await import('../commands/db-backup.ts');
        return await dbBackup(context, { target, ...options });
      }),
    );
  db.command('restore')
    .description('put a backup in its place; what stood there is kept aside')
    .argument('<backup>', 'what db backup has made')
    .addOption(configOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .action((backup, options) =>
      run(options.json, async (context) => {
        const { dbRestore } = await import('../commands/db-restore.ts');
        return await dbRestore(context, { backup, ...options });
      }),
    );
  db.command('verify')
    .description('check files, schema, and what is promised of its rows; changes nothing')
    .addOption(configOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { dbVerify } = await import('../commands/db-verify.ts');
        return await dbVerify(context, options);
      }),
    );
  db.command('copy')
    .description('copy every row into an empty database of the other kind, and compare')
    .addOption(configOption())
    .option('--from <database>', 'or the database to copy: sqlite:PATH or postgres://…')
    .requiredOption('--to <database>', 'an empty one; a SQLite file is made')
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { dbCopy } = await import('../commands/db-copy.ts');
        return await dbCopy(context, options);
      }),
    );
}
