import type { DiallingJson } from '@taxinav/bridge-contract';
import type { Asked } from './operation.ts';

/** `GET /api/v1/controls/dialling` */
export function showDialling({ bridge }: Asked): Promise<DiallingJson> {
  return bridge.tracker.dialling();
}

/** `PUT /api/v1/controls/dialling`: the switch that stops all dialling, kept in the database. */
export async function switchDialling({ bridge, body, caller, parts }: Asked): Promise<DiallingJson> {
  const wanted = body as DiallingJson;
  await bridge.tracker.setDialling({ now: parts.clock.now(), ...wanted });
  parts.log.warn({ event: 'dialling-switched', enabled: wanted.enabled, reason: wanted.reason, by: caller.name }, 'stop switch');
  return await bridge.tracker.dialling();
}
