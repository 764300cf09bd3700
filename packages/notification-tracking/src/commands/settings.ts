import type { Kysely } from 'kysely';
import type { Schema, SettingTable } from '../schema.ts';
import type { DiallingSwitch } from '../controls.ts';

/** What outlives a restart. */
export interface Settings {
  readonly installation?: string;
  readonly dialling: DiallingSwitch;
}

/** Reads them all; one statement. */
export async function readSettings(db: Kysely<Schema>): Promise<Settings> {
  const rows = await db.selectFrom('setting').select(['key', 'value']).execute();
  const value = (key: SettingTable['key']): string | undefined => rows.find((row) => row.key === key)?.value;
  const installation = value('installation');
  const reason = value('dialling_reason');
  return {
    ...(installation === undefined ? {} : { installation }),
    dialling: { enabled: value('dialling') !== '0', ...(reason === undefined ? {} : { reason }) },
  };
}

/** Sets one, or removes it. */
export async function writeSetting(trx: Kysely<Schema>, key: SettingTable['key'], value: string | undefined): Promise<void> {
  if (value === undefined) {
    await trx.deleteFrom('setting').where('key', '=', key).execute();
    return;
  }
  await trx
    .insertInto('setting')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** The installation's name; the candidate becomes it when there is none yet. */
export async function installationOf(trx: Kysely<Schema>, settings: Settings, candidate: string): Promise<string> {
  if (settings.installation !== undefined) return settings.installation;
  await writeSetting(trx, 'installation', candidate);
  return candidate;
}
