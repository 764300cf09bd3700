import { TrackingError, verifyRows, type Verification } from '@taxinav/notification-tracking';
import type { CommandContext } from '../command-context.ts';
import { databaseLocation, type DatabaseOptions } from '../database/location.ts';
import { openRows } from '../database/open-rows.ts';
import { storeError } from '../database/store-error.ts';
import { runbook } from '../database/runbook.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { visible } from '../visible.ts';

/** Checks a database, also one that a bridge is using: files, schema, and what is promised of its rows. Changes nothing. */
export async function dbVerify({ output, env }: CommandContext, options: DatabaseOptions): Promise<ExitCode> {
  const location = databaseLocation(options, env);
  await using rows = await openRows(location);
  let verification: Verification;
  try {
    verification = await verifyRows(rows);
  } catch (error) {
    throw error instanceof TrackingError ? storeError(error, location.shown) : error;
  }
  output.record({ database: location.shown, ...verification }, () => lines(location.shown, verification, output));
  for (const line of runbook(verification.problems.join('\n'), location.shown)) output.talk(line);
  return verification.sound ? EXIT.done : EXIT.failed;
}

function lines(shown: string, { sound, schema, rows, problems }: Verification, output: Output): string[] {
  const verdict = sound ? output.style('green', 'sound') : output.style('red', 'not sound');
  const counts = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  return [
    `${verdict}  ${shown}  schema ${schema.has ?? 'none'}`,
    ...(counts.length === 0 ? [] : [`  rows: ${counts.join(', ')}`]),
    ...problems.map((problem) => `  ${output.style('red', '✗')} ${visible(problem)}`),
  ];
}
