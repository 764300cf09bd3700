import { sql, type Kysely } from 'kysely';
import type { CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import type { At } from '../tracker.ts';
import { answer } from './answer.ts';

/** Rows that one command changes at most, so that it never holds up an accept for long. */
export const RETAINED_AT_ONCE = 500;

const DAY_MS = 86_400_000;

/** Texts and numbers are kept for so many days. */
export type RetainInput = At & { readonly textDays: number; readonly numberDays: number };

/** Removes what is past its days, texts first; the legs that limits count are kept a day. Returns how many rows changed. */
export async function retain(trx: Kysely<Schema>, command: RetainInput): Promise<CommandResult<number>> {
  const { now, textDays, numberDays } = command;
  let room = RETAINED_AT_ONCE;
  room -= await removeTexts(trx, now - textDays * DAY_MS, room);
  room -= await removeNumbers(trx, now - numberDays * DAY_MS, room);
  room -= await removeCallNumbers(trx, now - numberDays * DAY_MS, room);
  room -= await removeLegs(trx, now - DAY_MS, room);
  room -= await removeHandled(trx, now - numberDays * DAY_MS, room);
  return answer(RETAINED_AT_ONCE - room);
}

/** The oldest final rounds before a moment that still hold a text, or a number. */
async function roundsHolding(trx: Kysely<Schema>, what: 'text' | 'phone', before: number, room: number): Promise<number[]> {
  const rows = await trx
    .selectFrom('round')
    .select('id')
    .where(what, 'is not', null)
    .where('accepted_at', '<', before)
    .where('state', '=', sql.lit('final'))
    .orderBy('accepted_at')
    .limit(room)
    .execute();
  return rows.map((row) => row.id);
}

async function removeTexts(trx: Kysely<Schema>, before: number, room: number): Promise<number> {
  const ids = await roundsHolding(trx, 'text', before, room);
  if (ids.length > 0) await trx.updateTable('round').set({ text: null }).where('id', 'in', ids).execute();
  return ids.length;
}

async function removeNumbers(trx: Kysely<Schema>, before: number, room: number): Promise<number> {
  const ids = await roundsHolding(trx, 'phone', before, room);
  if (ids.length === 0) return 0;
  await trx.updateTable('round').set({ phone: null }).where('id', 'in', ids).execute();
  await trx.updateTable('attempt').set({ phone: null }).where('round_id', 'in', ids).where('ended_at', 'is not', null).execute();
  return ids.length;
}

async function removeCallNumbers(trx: Kysely<Schema>, before: number, room: number): Promise<number> {
  const rows = await trx
    .selectFrom('call')
    .select('id')
    .where('phone1', 'is not', null)
    .where('started_at', '<', before)
    .where('ended_at', 'is not', null)
    .orderBy('started_at')
    .limit(room)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await trx.updateTable('call').set({ phone1: null, phone2: null }).where('id', 'in', ids).execute();
  return ids.length;
}

async function removeLegs(trx: Kysely<Schema>, before: number, room: number): Promise<number> {
  const rows = await trx
    .selectFrom('call_leg')
    .select('id')
    .where('started_at', '<', before)
    .where('ended_at', 'is not', null)
    .orderBy('id')
    .limit(room)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await trx.deleteFrom('call_leg').where('id', 'in', ids).execute();
  return ids.length;
}

async function removeHandled(trx: Kysely<Schema>, before: number, room: number): Promise<number> {
  const rows = await trx.selectFrom('handled').select('phone').where('handled_at', '<', before).orderBy('handled_at').limit(room).execute();
  const phones = rows.map((row) => row.phone);
  if (phones.length > 0) await trx.deleteFrom('handled').where('phone', 'in', phones).execute();
  return phones.length;
}
