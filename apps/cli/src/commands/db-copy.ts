import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { copyBetween } from '../database/copy-between.ts';
import { databaseLocation, writtenDatabase } from '../database/location.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { table } from '../table.ts';

/** What `db copy` is told: the source is `from` or the database of `config`. */
export interface DbCopyOptions {
  readonly config?: string | undefined;
  readonly from?: string | undefined;
  readonly to: string;
}

/** Moves a company from SQLite to PostgreSQL, or back: every row, serials going on, compared at the end. */
export async function dbCopy({ output, env }: CommandContext, { config, from, to }: DbCopyOptions): Promise<ExitCode> {
  if ((config === undefined) === (from === undefined))
    throw new CliError('usage', 'db copy: give either --from DATABASE or --config FILE.');
  const source = databaseLocation({ config, database: from }, env);
  const target = writtenDatabase(to);
  output.talk(`copying ${source.shown} to ${target.shown}; no bridge may use either meanwhile`);
  const copied = await copyBetween(source, target, { output, holdSource: true });
  if (output.json) for (const one of copied) output.record(one, () => '');
  else {
    output.record({}, () =>
      table(
        ['table', 'rows', 'serials go on after', 'digest'],
        copied.map(({ table: name, rows, lastSerial, digest }) => [name, String(rows), String(lastSerial ?? ''), digest.slice(0, 16)]),
      ),
    );
  }
  output.talk(
    `every table has the same rows and digest in both; set database: ${target.shown.replace(/\?.*$/s, '')} in the configuration and keep the old one until you are sure`,
  );
  return EXIT.done;
}
