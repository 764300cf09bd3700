import { historySchema } from '@taxinav/bridge-contract';
import { askBridge, bridgeTarget } from '../bridge-client.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { notificationPath, type OneNotificationOptions } from '../one-notification.ts';
import { historyLines, maskedHistory } from '../show-notification.ts';

/** Prints the whole history of a notification. */
export async function notificationsShow(
  { output, env }: CommandContext,
  { guid, column, mask, ...target }: OneNotificationOptions & { readonly mask: boolean },
): Promise<ExitCode> {
  const found = await askBridge(bridgeTarget(target, env), {
    method: 'GET',
    path: notificationPath(guid, ''),
    query: { column },
    schema: historySchema,
  });
  const history = mask ? maskedHistory(found) : found;
  output.record(history, () => historyLines(history, output));
  return EXIT.done;
}
