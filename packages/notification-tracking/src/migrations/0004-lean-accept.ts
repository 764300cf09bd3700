import { inPostgresWords } from './in-postgres-words.ts';
import type { Migration } from './migration.ts';

/** The id of the first round of a GUID in its column: as good a key, and it grows. Without one, of the round it is about. */
const firstRound = `coalesce(
  (select first.id from round first
    where first.canonical_guid = report.canonical_guid and first.column_id = report.column_id and first.round = 1),
  (select about.round_id from status_change about where about.change = report.change)
)`;

const statements = [
  // By GUID each report dirtied another page; by the serial of its first round they stand beside each other.
  `alter table report add column thread integer not null default 0`,
  `update report set thread = ${firstRound}`,
  `drop index report_key`,
  `create index report_thread on report (thread, report_id)`,
  // What only history needs is indexed when a round ends, and not changed at each of its statuses before.
  `drop index round_open`,
  `create index round_open on round (phone, id, column_id, state, accepted_at) where state <> 'final'`,
  `drop index round_phone`,
  `create index round_phone on round (phone, id) where state = 'final'`,
  `drop index round_status`,
  `create index round_status on round (status, id) where latest = 1 and state = 'final'`,
  `drop index round_text`,
  `create index round_text on round (accepted_at) where text is not null and state = 'final'`,
  `drop index round_number`,
  `create index round_number on round (accepted_at) where phone is not null and state = 'final'`,
];

const reportQueue = [`drop index report_queue`, `create index report_queue on report (thread, report_id) where settled_at is null`];

/** An accept touches four indexes fewer, and only one of a large table at a place that cannot be foretold. */
export const LEAN_ACCEPT: Migration = {
  name: '0004-lean-accept',
  statements: { sqlite: statements, postgres: [...inPostgresWords(statements), ...reportQueue] },
};
