import type { CancelJson, HistoryJson, NotificationPageJson, NotificationQuery, ResendJson } from '@taxinav/bridge-contract';
import { parseGuid, parsePhoneNumber, type Guid } from '@taxinav/codec';
import type { NotificationHistory } from '@taxinav/notification-tracking';
import type { Asked } from './operation.ts';
import { Problem } from './problem.ts';
import { shownHistory, shownNotification } from './shown.ts';

/** `GET /api/v1/notifications` */
export async function listNotifications({ bridge, caller, query }: Asked): Promise<NotificationPageJson> {
  const { column, status, phone: written, cursor, limit } = query as NotificationQuery;
  if (column !== undefined) requireColumn(column, bridge);
  const phone = written === undefined ? undefined : parsePhoneNumber(written);
  if (written !== undefined && phone === undefined)
    throw new Problem('invalid-request', 'phone is no phone number. Write it as 0671234567 or +380671234567.');
  const page = await bridge.tracker.list({
    limit,
    ...(column === undefined ? {} : { columnId: column }),
    ...(status === undefined ? {} : { status }),
    ...(phone === undefined ? {} : { phone }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return {
    notifications: page.lines.map((line) => shownNotification(line, caller)),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  };
}

/** `GET /api/v1/notifications/{guid}` */
export async function showNotification(asked: Asked): Promise<HistoryJson> {
  return shownHistory((await findOne(asked)).history, asked.caller);
}

/** `POST /api/v1/notifications/{guid}/cancel`: a ringing phone is hung up, an answered call is not. */
export async function cancelNotification(asked: Asked): Promise<CancelJson> {
  const { guid, history } = await findOne(asked);
  const { outcome, ...rest } = await asked.bridge.cancel(history.columnId, guid);
  asked.parts.log.info({ event: 'cancel', column: history.columnId, guid, by: asked.caller.name, outcome }, 'cancel');
  switch (outcome) {
    case 'canceled':
    case 'ended':
      return { outcome, ...('status' in rest ? { status: rest.status } : {}) };
    case 'hangUp':
      return { outcome: 'hangingUp' };
    case 'refused':
      throw new Problem('not-cancelable', 'reason' in rest ? rest.reason : 'It is over.');
    case 'notFound':
      throw unknown();
    default:
      return outcome satisfies never;
  }
}

/** `POST /api/v1/notifications/{guid}/resend` */
export async function resendNotification(asked: Asked): Promise<ResendJson> {
  const { guid, history } = await findOne(asked);
  const { bridge, parts, caller } = asked;
  if (!(await bridge.tracker.resend({ now: parts.clock.now(), columnId: history.columnId, guid }))) throw unknown();
  parts.log.info({ event: 'resend', column: history.columnId, guid, by: caller.name }, 'resend');
  return { outcome: 'owed' };
}

/** Refuses a column that the configuration does not have. */
export function requireColumn(columnId: string, bridge: Asked['bridge']): void {
  if (!bridge.columns().some(({ column }) => column.id === columnId))
    throw new Problem('unknown-column', 'No column has this id. GET /api/v1/columns lists them.');
}

async function findOne({ bridge, guid: written, query }: Asked): Promise<{ guid: Guid; history: NotificationHistory }> {
  const guid = parseGuid(written);
  if (guid === undefined) throw new Problem('invalid-request', 'That is no GUID. Write it as 6F9619FF-8B86-D011-B42D-00CF4FC964FF.');
  const { column } = query as { column?: string };
  const found = await bridge.tracker.find({ guid, ...(column === undefined ? {} : { columnId: column }) });
  const [history, another] = found;
  if (history === undefined) throw unknown();
  if (another !== undefined)
    throw new Problem('ambiguous-column', 'Several columns have this GUID. Say which with ?column=.', {
      candidates: found.map(({ columnId, canonicalGuid }) => ({ columnId, guid: canonicalGuid })),
    });
  return { guid, history };
}

function unknown(): Problem {
  return new Problem('unknown-notification', 'No SayText with this GUID was received, or retention has removed it.');
}
