import { MIGRATIONS } from '../src/migrations/index.ts';
import type { Migration } from '../src/migrations/migration.ts';

/** The schema before reports had a thread. */
export const BEFORE_THREADS: readonly Migration[] = MIGRATIONS.slice(0, 3);

const ROUND = `INSERT INTO round (id, column_id, canonical_guid, guid, round, latest, phone, text, peer, granted, state, "end", status, changed_at,
  accepted_at, expires_at, next_attempt_at, attempts, unreachable, extra_attempts, trunk_troubles, was_active, stale_claim) VALUES`;
const REPORT = `INSERT INTO report (change, column_id, canonical_guid, guid, status, final, changed_at, repeat, state, head, tries, refusals, owed_at,
  next_try_at, settled_at) VALUES`;

/** What that schema holds: a GUID of two rounds in `north`, and the same GUID in `south`. */
export const ROWS_OF_0003: readonly string[] = [
  `${ROUND} (11, 'north', 'AB', 'ab', 1, 0, '+380670000001', 'one', 'p', 1, 'final', 'result', 'Done', 1, 1, 9, NULL, 1, 0, 0, 0, 1, 0)`,
  `${ROUND} (12, 'south', 'AB', 'ab', 1, 1, '+380670000002', 'two', 'p', 1, 'queued', NULL, 'Queued', 2, 2, 9, 2, 0, 0, 0, 0, 0, 0)`,
  `${ROUND} (13, 'north', 'AB', 'ab', 2, 1, '+380670000001', 'three', 'p', 1, 'queued', NULL, 'Queued', 3, 3, 9, 3, 0, 0, 0, 0, 0, 0)`,
  `INSERT INTO status_change (change, round_id, status, final, changed_at) VALUES (21, 11, 'Done', 1, 1), (22, 12, 'Queued', 0, 2), (23, 13, 'Queued', 0, 3)`,
  `${REPORT} (21, 'north', 'AB', 'ab', 'Done', 1, 1, 0, 'delivered', 0, 1, 0, 1, 1, 1)`,
  `${REPORT} (22, 'south', 'AB', 'ab', 'Queued', 0, 2, 0, 'pending', 1, 0, 0, 2, 2, NULL)`,
  `${REPORT} (23, 'north', 'AB', 'ab', 'Queued', 0, 3, 0, 'pending', 1, 0, 0, 3, 3, NULL)`,
];

/** The threads they get: of each column the id of the GUID's first round. */
export const THREADS = [
  { column_id: 'north', change: 21, thread: 11 },
  { column_id: 'south', change: 22, thread: 12 },
  { column_id: 'north', change: 23, thread: 11 },
];
