import type { Configuration } from '@taxinav/bridge-contract';
import type { Tracker } from '@taxinav/notification-tracking';
import { bridgeTarget, BridgeUnreachable, type BridgeTarget, type BridgeTargetOptions } from './bridge-client.ts';
import { CliError } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { databaseLocation } from './database/location.ts';

/** Where a command of upkeep works: at a bridge, or on a database that no bridge serves. */
export interface BridgeOrDatabaseOptions extends BridgeTargetOptions {
  readonly database?: string | undefined;
}

/** The same work in either place. */
export interface Ways<Result> {
  readonly bridge: (target: BridgeTarget) => Promise<Result>;
  readonly database: (tracker: Tracker, configuration: Configuration | undefined) => Promise<Result>;
}

/** With `--http`: at that bridge. With `--config`: at its bridge if it runs, else on its database. With `--database`: there. */
export async function atBridgeOrDatabase<Result>(
  options: BridgeOrDatabaseOptions,
  { env, output }: Pick<CommandContext, 'env' | 'output'>,
  { bridge, database }: Ways<Result>,
): Promise<Result> {
  const { http, config, token } = options;
  if (options.database !== undefined && (http !== undefined || config !== undefined))
    throw new CliError('usage', 'give one of --http URL, --config FILE and --database.');
  if (options.database === undefined) {
    try {
      return await bridge(bridgeTarget({ http, config, token }, env));
    } catch (error) {
      if (!(error instanceof BridgeUnreachable) || config === undefined) throw error;
    }
  }
  const location = databaseLocation({ config, database: options.database }, env);
  const { openTracker } = await import('./database/open-tracker.ts');
  await using open = await openTracker(location);
  output.talk(`no bridge is asked: this is done on ${location.shown} itself`);
  return await database(open.tracker, location.configuration);
}
