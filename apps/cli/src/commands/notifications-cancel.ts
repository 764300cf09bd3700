import { cancelSchema } from '@taxinav/bridge-contract';
import { askBridge, bridgeTarget } from '../bridge-client.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { notificationPath, type OneNotificationOptions } from '../one-notification.ts';
import { visible } from '../visible.ts';

/** Ends a notification that was not answered yet. */
export async function notificationsCancel(
  { output, env }: CommandContext,
  { guid, column, ...target }: OneNotificationOptions,
): Promise<ExitCode> {
  const path = notificationPath(guid, '/cancel');
  const result = await askBridge(bridgeTarget(target, env), { method: 'POST', path, query: { column }, schema: cancelSchema });
  output.record({ guid, ...result }, () => `${result.outcome}  ${visible(guid)}${result.status === undefined ? '' : `  ${result.status}`}`);
  return EXIT.done;
}
