import type { Kysely } from 'kysely';
import type { PhoneNumber } from '@taxinav/codec';
import type { CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import type { At } from '../tracker.ts';
import { answer } from './answer.ts';

/** Writes down who talked with a number last. */
export async function noteHandled(
  trx: Kysely<Schema>,
  { now, phone, endpoint }: At & { readonly phone: PhoneNumber; readonly endpoint: string },
): Promise<CommandResult<undefined>> {
  const talked = { endpoint, handled_at: now };
  await trx
    .insertInto('handled')
    .values({ phone, ...talked })
    .onConflict((conflict) => conflict.column('phone').doUpdateSet(talked))
    .execute();
  return answer(undefined);
}

/** Who talked with a number last. */
export async function handledBy(db: Kysely<Schema>, { phone }: { readonly phone: PhoneNumber }): Promise<string | undefined> {
  const row = await db.selectFrom('handled').select('endpoint').where('phone', '=', phone).executeTakeFirst();
  return row?.endpoint;
}
