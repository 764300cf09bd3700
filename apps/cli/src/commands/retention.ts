import { liveSchema, type Configuration } from '@taxinav/bridge-contract';
import type { Tracker } from '@taxinav/notification-tracking';
import { askBridge, BridgeRefusal } from '../bridge-client.ts';
import { atBridgeOrDatabase, type BridgeOrDatabaseOptions } from '../bridge-or-database.ts';
import { untilBridgeIsDone } from '../changed-rows.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** What `retention` is told. */
export interface RetentionOptions extends BridgeOrDatabaseOptions {
  /** In place of the configuration's; only on a database. */
  readonly textDays?: number | undefined;
  readonly numberDays?: number | undefined;
}

/** Removes the texts and numbers that are past their days, now instead of at the bridge's next hour. */
export async function retention(context: CommandContext, options: RetentionOptions): Promise<ExitCode> {
  const { output } = context;
  const { textDays, numberDays, ...where } = options;
  const given = textDays !== undefined || numberDays !== undefined;
  const { rows, days } = await atBridgeOrDatabase<{ readonly rows: number; readonly days?: Days }>(where, context, {
    async bridge(target) {
      if (given) {
        // Only where there is one.
        await askBridge(target, { method: 'GET', path: '/health/live', schema: liveSchema });
        throw new CliError('usage', 'a bridge keeps to the days of its configuration: change them there, or stop it and give --config.');
      }
      try {
        return await untilBridgeIsDone(target, '/api/v1/retention', {});
      } catch (error) {
        if (!(error instanceof BridgeRefusal && error.status === 404)) throw error;
        throw new CliError(
          'refused',
          'this bridge cannot be asked: it removes what is old by itself, every hour. To do it now, stop it and give --config.',
          {
            cause: error,
          },
        );
      }
    },
    async database(tracker, configuration) {
      const days = daysOf({ textDays, numberDays }, configuration);
      return { rows: await removed(tracker, days), days };
    },
  });
  output.record({ rows, ...days }, () => {
    const which = days === undefined ? '' : ` (texts after ${days.textDays} days, numbers after ${days.numberDays})`;
    return rows === 0
      ? `nothing is past its days${which}`
      : `${rows} rows have lost their texts or numbers${which}; statuses and times stay`;
  });
  return EXIT.done;
}

interface Days {
  readonly textDays: number;
  readonly numberDays: number;
}

function daysOf(
  { textDays, numberDays }: Pick<RetentionOptions, 'textDays' | 'numberDays'>,
  configuration: Configuration | undefined,
): Days {
  const days = { textDays: textDays ?? configuration?.retention.textDays, numberDays: numberDays ?? configuration?.retention.numberDays };
  if (days.textDays === undefined || days.numberDays === undefined)
    throw new CliError('usage', 'retention: without --config give both --text-days N and --number-days N.');
  return { textDays: days.textDays, numberDays: days.numberDays };
}

async function removed(tracker: Tracker, days: Days): Promise<number> {
  let rows = 0;
  // Each command takes a few hundred rows; nothing more is left when one finds none.
  for (;;) {
    const some = await tracker.retain({ now: Date.now(), ...days });
    if (some === 0) return rows;
    rows += some;
  }
}
