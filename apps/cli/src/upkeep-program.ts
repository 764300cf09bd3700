import { Option, type Command } from '@commander-js/extra-typings';
import * as read from './option-parsers.ts';
import { configOption, httpOption, jsonOption, maskOption, tokenOption } from './options.ts';
import type { RunCommand } from './run-command.ts';

const databaseOption = (): Option<'--database <database>'> =>
  new Option('--database <database>', 'or a database that no bridge serves: sqlite:PATH or postgres://…');

const WHERE = `
With --config the bridge is asked if it runs, else its database is opened.`;

/** What an administrator does beside the work: look after one notification, dead letters, the stop switch, personal data. */
export function addUpkeep(program: Command, run: RunCommand): void {
  addTrace(program, run);
  addReports(program, run);
  addDialling(program, run);
  program
    .command('retention')
    .description('remove texts and numbers that are past their days, now')
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .addOption(databaseOption())
    .option('--text-days <n>', "on a database: in place of the configuration's", read.days)
    .option('--number-days <n>', 'likewise', read.days)
    .addOption(jsonOption())
    .addHelpText('after', WHERE)
    .action((options) =>
      run(options.json, async (context) => {
        const { retention } = await import('./commands/retention.ts');
        return await retention(context, options);
      }),
    );
  program
    .command('erase')
    .description("remove a person's data: his number and what was said to him")
    .argument('<phone>', 'the number', read.phone)
    .option('--yes', 'it cannot be undone', false)
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText('after', WHERE)
    .action((phone, options) =>
      run(options.json, async (context) => {
        const { erase } = await import('./commands/erase.ts');
        return await erase(context, { phone, ...options });
      }),
    );
}

function addTrace(program: Command, run: RunCommand): void {
  program
    .command('trace')
    .description('follow one notification: everything the bridge knows of it, in the order of time')
    .argument('<guid>', 'the GUID, in any form', read.guid)
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .option('--column <id>', 'the column, where several share the GUID')
    .option('--follow', 'go on until nothing more can happen to it', false)
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((guid, options) =>
      run(options.json, async (context) => {
        const { trace } = await import('./commands/trace.ts');
        return await trace(context, { guid, ...options });
      }),
    );
}

function addReports(program: Command, run: RunCommand): void {
  const reports = program.command('reports').description('statuses that are owed to Taxi Navigator, and those that were given up');
  reports
    .command('list')
    .description('list them, oldest first')
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .addOption(databaseOption())
    .addOption(
      new Option('--state <state>', 'pending: owed; dead: given up').choices(['pending', 'dead'] as const).default('dead' as const),
    )
    .option('--column <id>', 'of this column only')
    .option('--limit <n>', 'lines of a page, at most 500', read.pageLength, 50)
    .option('--all', 'every page', false)
    .addOption(jsonOption())
    .addHelpText('after', WHERE)
    .action((options) =>
      run(options.json, async (context) => {
        const { reportsList } = await import('./commands/reports.ts');
        return await reportsList(context, options);
      }),
    );
  reports
    .command('redrive')
    .description('send dead letters again, unless something newer of the notification was delivered')
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .addOption(databaseOption())
    .option('--report <id>', 'this one', read.count)
    .option('--column <id>', 'those of a column')
    .option('--all', 'all of them', false)
    .addOption(jsonOption())
    .addHelpText('after', WHERE)
    .action((options) =>
      run(options.json, async (context) => {
        const { reportsRedrive } = await import('./commands/reports.ts');
        return await reportsRedrive(context, options);
      }),
    );
}

function addDialling(program: Command, run: RunCommand): void {
  const dialling = program.command('dialling').description('the switch that stops all dialling; it outlives restarts');
  const one = (name: string, description: string) =>
    dialling
      .command(name)
      .description(description)
      .addOption(httpOption())
      .addOption(configOption())
      .addOption(tokenOption())
      .addOption(databaseOption())
      .addOption(jsonOption())
      .addHelpText('after', WHERE);
  one('show', 'say whether phones are called').action((options) =>
    run(options.json, async (context) => {
      const { diallingShow } = await import('./commands/dialling.ts');
      return await diallingShow(context, options);
    }),
  );
  for (const [name, description, enabled] of [
    ['stop', 'place no call any more', false],
    ['start', 'let it go on', true],
  ] as const) {
    one(name, description)
      .option('--reason <text>', 'shown to people, at most 200 characters', read.reason)
      .action((options) =>
        run(options.json, async (context) => {
          const { diallingSwitch } = await import('./commands/dialling.ts');
          return await diallingSwitch(context, { enabled, ...options });
        }),
      );
  }
}
