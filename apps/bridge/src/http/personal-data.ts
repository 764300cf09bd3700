import type { ChangedRowsJson, ErasureRequest } from '@taxinav/bridge-contract';
import { maskPhoneNumber, nationalNumber, parsePhoneNumber } from '@taxinav/codec';
import type { ChangedRows } from '../personal-data.ts';
import type { Asked } from './operation.ts';
import { Problem } from './problem.ts';

/** `POST /api/v1/retention` */
export async function retain({ bridge, caller, parts }: Asked): Promise<ChangedRowsJson> {
  const changed = await bridge.retain();
  parts.log.info({ event: 'retention', by: caller.name, ...changed }, 'texts and numbers past their days were removed');
  return shown(changed);
}

/** `POST /api/v1/erasures` */
export async function erase({ bridge, body, caller, parts }: Asked): Promise<ChangedRowsJson> {
  const phone = parsePhoneNumber((body as ErasureRequest).phone);
  if (phone === undefined) throw new Problem('invalid-request', 'phone is no phone number. Write it as 0671234567 or +380671234567.');
  const changed = await bridge.erase(phone);
  parts.log.warn({ event: 'erasure', by: caller.name, phone: maskPhoneNumber(nationalNumber(phone)), ...changed }, 'a number was erased');
  return shown(changed);
}

function shown({ rows, more }: ChangedRows): ChangedRowsJson {
  return more ? { rows, more } : { rows };
}
