import type { Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { DiallingSwitch } from '../controls.ts';
import type { Schema } from '../schema.ts';
import type { At } from '../tracker.ts';
import { answer } from './answer.ts';
import { writeSetting } from './settings.ts';

/** Throws the switch that stops all dialling. */
export async function setDialling(trx: Kysely<Schema>, command: At & DiallingSwitch): Promise<CommandResult<undefined>> {
  await writeSetting(trx, 'dialling', command.enabled ? '1' : '0');
  await writeSetting(trx, 'dialling_reason', command.reason);
  return answer(undefined, { callsQueued: command.enabled });
}
