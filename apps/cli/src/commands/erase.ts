import { maskPhoneNumber, nationalNumber, type PhoneNumber } from '@taxinav/codec';
import { BridgeRefusal } from '../bridge-client.ts';
import { atBridgeOrDatabase, type BridgeOrDatabaseOptions } from '../bridge-or-database.ts';
import { untilBridgeIsDone } from '../changed-rows.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** What `erase` is told. */
export interface EraseOptions extends BridgeOrDatabaseOptions {
  readonly phone: PhoneNumber;
  /** Whether it was said that this cannot be undone. */
  readonly yes: boolean;
}

/** Removes a person's data: his number and what was said to him, wherever they stand. What waits for him ends. */
export async function erase(context: CommandContext, { phone, yes, ...where }: EraseOptions): Promise<ExitCode> {
  const shown = maskPhoneNumber(phone);
  if (!yes) throw new CliError('usage', `erase ${shown}: this cannot be undone, and backups keep what they have. Say --yes.`);
  const { rows } = await atBridgeOrDatabase(where, context, {
    async bridge(target) {
      try {
        return await untilBridgeIsDone(target, '/api/v1/erasures', { phone: nationalNumber(phone) });
      } catch (error) {
        if (!(error instanceof BridgeRefusal && error.status === 404)) throw error;
        throw new CliError('refused', 'this bridge cannot be asked to erase: stop it and give --config FILE or --database.', {
          cause: error,
        });
      }
    },
    async database(tracker) {
      let all = 0;
      for (;;) {
        const some = await tracker.erase({ now: Date.now(), phone });
        if (some === 0) return { rows: all };
        all += some;
      }
    },
  });
  context.output.record({ phone: shown, rows }, () =>
    rows === 0
      ? `${shown} is not in the database`
      : `${shown} and what was said to it were removed from ${rows} rows. Backups still have them.`,
  );
  return EXIT.done;
}
