import { resendSchema } from '@taxinav/bridge-contract';
import { askBridge, bridgeTarget } from '../bridge-client.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { notificationPath, type OneNotificationOptions } from '../one-notification.ts';
import { visible } from '../visible.ts';

/** Owes the current status to Taxi Navigator once more. */
export async function notificationsResend(
  { output, env }: CommandContext,
  { guid, column, ...target }: OneNotificationOptions,
): Promise<ExitCode> {
  const path = notificationPath(guid, '/resend');
  const result = await askBridge(bridgeTarget(target, env), { method: 'POST', path, query: { column }, schema: resendSchema });
  output.record({ guid, ...result }, () => `${result.outcome}  the current status of ${visible(guid)} is sent once more`);
  return EXIT.done;
}
