import { sql, type Kysely } from 'kysely';
import { readSettings } from '../commands/settings.ts';
import type { DiallingSwitch } from '../controls.ts';
import type { Schema } from '../schema.ts';
import type { Summary } from '../tracker.ts';

/** How the switch stands. */
export async function dialling(db: Kysely<Schema>): Promise<DiallingSwitch> {
  return (await readSettings(db)).dialling;
}

type ColumnSummary = Summary['columns'][string];

const EMPTY: ColumnSummary = { queued: 0, dialling: 0, channelsInUse: 0, reportsOwed: 0, deadLetters: 0 };

/** Counts what is open; history costs nothing. */
export async function summary(db: Kysely<Schema>): Promise<Summary> {
  const columns = new Map<string, ColumnSummary>();
  const add = (columnId: string, counted: (before: ColumnSummary) => Partial<ColumnSummary>): void => {
    const before = columns.get(columnId) ?? EMPTY;
    columns.set(columnId, { ...before, ...counted(before) });
  };
  const open = await db
    .selectFrom('round')
    .select((value) => ['column_id', 'state', value.fn.countAll<number>().as('count'), value.fn.min('accepted_at').as('oldest')])
    .where('state', '<>', sql.lit('final'))
    .groupBy(['column_id', 'state'])
    .execute();
  for (const row of open) {
    const count = row.count;
    add(row.column_id, (before) => (row.state === 'dialling' ? { dialling: before.dialling + count } : { queued: before.queued + count }));
  }
  const legs = await db
    .selectFrom('attempt')
    .select((value) => ['column_id', value.fn.countAll<number>().as('count')])
    .where('ended_at', 'is', null)
    .groupBy('column_id')
    .unionAll((from) =>
      from
        .selectFrom('call_leg')
        .select((value) => ['column_id', value.fn.countAll<number>().as('count')])
        .where('ended_at', 'is', null)
        .groupBy('column_id'),
    )
    .execute();
  for (const row of legs) add(row.column_id, (before) => ({ channelsInUse: before.channelsInUse + row.count }));
  const owed = await db
    .selectFrom('report')
    .select((value) => ['column_id', value.fn.countAll<number>().as('count'), value.fn.min('changed_at').as('oldest')])
    .where('settled_at', 'is', null)
    .groupBy('column_id')
    .execute();
  for (const row of owed) add(row.column_id, () => ({ reportsOwed: row.count, oldestReportAt: row.oldest }));
  const dead = await db
    .selectFrom('report')
    .select((value) => ['column_id', value.fn.countAll<number>().as('count')])
    .where('state', '=', sql.lit('dead'))
    .groupBy('column_id')
    .execute();
  for (const row of dead) add(row.column_id, () => ({ deadLetters: row.count }));

  const sum = (field: Exclude<keyof ColumnSummary, 'oldestReportAt'>): number =>
    [...columns.values()].reduce((total, column) => total + column[field], 0);
  const waiting = open.filter((row) => row.state !== 'dialling').map((row) => row.oldest);
  return {
    queued: sum('queued'),
    dialling: sum('dialling'),
    channelsInUse: sum('channelsInUse'),
    reportsOwed: sum('reportsOwed'),
    deadLetters: sum('deadLetters'),
    columns: Object.fromEntries(columns),
    ...(waiting.length === 0 ? {} : { oldestQueuedAt: Math.min(...waiting) }),
  };
}
