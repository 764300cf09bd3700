import { notificationPageSchema, type ApiStatus, type NotificationJson, type NotificationPageJson } from '@taxinav/bridge-contract';
import type { PhoneNumber } from '@taxinav/codec';
import { askBridge, bridgeTarget, type BridgeTargetOptions } from '../bridge-client.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { localTime, maskedPhone, statusText } from '../show-notification.ts';
import { table } from '../table.ts';
import { visible } from '../visible.ts';

/** What `notifications list` is told. */
export interface NotificationsListOptions extends BridgeTargetOptions {
  readonly column?: string | undefined;
  readonly status?: ApiStatus | undefined;
  readonly phone?: PhoneNumber | undefined;
  /** Lines of one page. */
  readonly limit: number;
  /** Every page, not only the newest. */
  readonly all: boolean;
  readonly mask: boolean;
}

/** Lines of one table; a longer list becomes several. */
const TABLE_LINES = 1_000;

/** Lists notifications, newest first: a table, or one JSON object a notification. */
export async function notificationsList({ output, env }: CommandContext, options: NotificationsListOptions): Promise<ExitCode> {
  const target = bridgeTarget(options, env);
  let cursor: string | undefined;
  let lines: NotificationJson[] = [];
  let listed = 0;
  do {
    const page: NotificationPageJson = await askBridge(target, {
      method: 'GET',
      path: '/api/v1/notifications',
      query: { column: options.column, status: options.status, phone: options.phone, limit: String(options.limit), cursor },
      schema: notificationPageSchema,
    });
    cursor = options.all ? page.cursor : undefined;
    lines.push(...page.notifications.map((line) => (options.mask ? maskedLine(line) : line)));
    listed += page.notifications.length;
    if (cursor === undefined || lines.length >= TABLE_LINES) {
      print(lines, output);
      lines = [];
    }
    if (!options.all && page.cursor !== undefined) output.talk('there are more: --all lists them, --limit N makes the page longer');
  } while (cursor !== undefined);
  if (listed === 0) output.talk('no notifications');
  return EXIT.done;
}

function print(lines: readonly NotificationJson[], output: Output): void {
  if (output.json) for (const line of lines) output.record(line, () => '');
  else if (lines.length > 0) output.record({}, () => rows(lines, output));
}

function maskedLine({ text: _text, ...line }: NotificationJson): NotificationJson {
  return line.phone === undefined ? line : { ...line, phone: maskedPhone(line.phone) };
}

function rows(lines: readonly NotificationJson[], output: Output): string {
  return table(
    ['received', 'column', 'GUID', 'phone', 'status', 'attempts', 'changed', 'owed', 'text'],
    lines.map((line) => [
      localTime(line.acceptedAt),
      line.columnId,
      line.guid,
      line.phone ?? '-',
      statusText(line, output),
      String(line.attempts),
      localTime(line.changedAt),
      line.reportsOwed === 0 ? '' : String(line.reportsOwed),
      visible(shortened(line.text ?? '')),
    ]),
  );
}

function shortened(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
