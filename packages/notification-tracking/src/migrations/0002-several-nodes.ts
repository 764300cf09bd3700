import { inPostgresWords } from './in-postgres-words.ts';
import type { Migration } from './migration.ts';

const statements = [
  `create table handled (
    phone text not null primary key,
    endpoint text not null,
    handled_at integer not null
  )`,
  `create index handled_age on handled (handled_at)`,
  `create table lease (
    lease text not null primary key,
    node text,
    token integer not null,
    counter integer not null
  )`,
  `alter table round add column allowed_attempts integer`,
  `alter table round add column lease text`,
  `alter table attempt add column lease text`,
  `alter table call add column lease text`,
  `alter table call add column intent text check (intent in ('waiting', 'taken', 'withdrawn'))`,
  `create index call_intent on call (started_at) where intent = 'waiting'`,
  `create index call_phone1 on call (phone1) where phone1 is not null`,
  `create index call_phone2 on call (phone2) where phone2 is not null`,
];

/** What each slot of a PostgreSQL store did last: a COMMIT whose answer was lost is settled by it. */
const commandDone = `create table command_done (
  slot text not null primary key,
  sequence bigint not null,
  result text,
  used_at bigint not null
)`;

/** Its planner takes `report_owed` for what a GUID owes, and walks through what all of them owe. */
const reportQueue = `create index report_queue on report (canonical_guid, column_id, report_id) where settled_at is null`;

/** Leases, intents, who handled a number last, attempts by SayText. */
export const SEVERAL_NODES: Migration = {
  name: '0002-several-nodes',
  statements: { sqlite: statements, postgres: [...inPostgresWords(statements), commandDone, reportQueue] },
};
