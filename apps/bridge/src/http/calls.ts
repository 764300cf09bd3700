import { randomUUID } from 'node:crypto';
import type { CallLogPageJson, CallLogQuery, IncomingCallJson, IncomingCallRequest } from '@taxinav/bridge-contract';
import { parsePhoneNumber } from '@taxinav/codec';
import { requireColumn } from './notifications.ts';
import type { Asked } from './operation.ts';
import { Problem } from './problem.ts';
import { shownCall } from './shown.ts';

/** `POST /api/v1/calls`: a call from outside, as a PBX would tell of it. */
export async function injectCall({ bridge, body, parts }: Asked): Promise<IncomingCallJson> {
  const { column, line, callerId, carType } = body as IncomingCallRequest;
  if (column !== undefined) requireColumn(column, bridge);
  if (parsePhoneNumber(callerId) === undefined)
    throw new Problem('invalid-request', 'callerId is no phone number. Write it as 0671234567 or +380671234567.');
  const result = await bridge.popup({
    linkedId: `http-${randomUUID()}`,
    callerId,
    at: parts.clock.now(),
    ...(column === undefined ? {} : { columnId: column }),
    ...(line === undefined ? {} : { line }),
    ...(carType === undefined ? {} : { carType }),
  });
  const { outcome, reason, columnId } = result;
  if (outcome === 'withheld') throw new Problem('invalid-request', reason);
  return { outcome, evidence: reason, columnId, carType: result.carType };
}

/** `GET /api/v1/calls` */
export async function listCalls({ bridge, caller, query }: Asked): Promise<CallLogPageJson> {
  const { column, cursor, limit } = query as CallLogQuery;
  if (column !== undefined) requireColumn(column, bridge);
  const page = await bridge.tracker.calls({
    limit,
    ...(column === undefined ? {} : { columnId: column }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { calls: page.lines.map((each) => shownCall(each, caller)), ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}
