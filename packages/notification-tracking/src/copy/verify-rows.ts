import { MIGRATIONS } from '../migrations/index.ts';
import type { RowDatabase } from './row-database.ts';
import { TABLES } from './tables.ts';

/** What must hold in every database: a query that counts what breaks it. */
interface Invariant {
  readonly name: string;
  readonly violations: string;
}

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'every round that is final has one final change, and no other round has one',
    violations: `SELECT count(*) FROM round r
      WHERE (SELECT count(*) FROM status_change c WHERE c.round_id = r.id AND c.final = 1) <> CASE WHEN r.state = 'final' THEN 1 ELSE 0 END`,
  },
  {
    name: 'nothing follows a final change in its round',
    violations: `SELECT count(*) FROM status_change f
      WHERE f.final = 1 AND EXISTS (SELECT 1 FROM status_change c WHERE c.round_id = f.round_id AND c.change > f.change)`,
  },
  {
    name: 'every change of status has a report',
    violations: `SELECT count(*) FROM status_change c WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.change = c.change)`,
  },
  {
    name: 'times of changes never decrease within a GUID',
    violations: `SELECT count(*) FROM (
      SELECT changed_at, lag(changed_at) OVER (PARTITION BY column_id, canonical_guid ORDER BY report_id) AS before FROM report WHERE repeat = 0
    ) AS spans WHERE changed_at < before`,
  },
  {
    name: 'of the reports owed for a GUID the oldest, and it alone, is the next to be sent',
    violations: `SELECT count(*) FROM (
      SELECT min(report_id) AS oldest, sum(head) AS heads, min(CASE WHEN head = 1 THEN report_id END) AS head
      FROM report WHERE settled_at IS NULL GROUP BY column_id, canonical_guid
    ) AS owed WHERE heads <> 1 OR head <> oldest`,
  },
  {
    name: 'every GUID of a column has one newest round',
    violations: `SELECT count(*) FROM (
      SELECT sum(latest) AS newest, max(round) AS highest, max(CASE WHEN latest = 1 THEN round END) AS marked
      FROM round GROUP BY column_id, canonical_guid
    ) AS guids WHERE newest <> 1 OR highest <> marked`,
  },
  {
    name: 'no phone has two calls alive',
    violations: `SELECT count(*) FROM (
      SELECT phone FROM attempt WHERE ended_at IS NULL AND phone IS NOT NULL GROUP BY phone HAVING count(*) > 1
    ) AS twice`,
  },
];

/** The schema of a database, compared with this version's. `unknown`: a newer version, or another program, has written it. */
export interface SchemaState {
  readonly state: 'none' | 'older' | 'current' | 'unknown';
  /** The newest migration it has. */
  readonly has: string | undefined;
  /** The newest migration that this version knows. */
  readonly knows: string | undefined;
}

/** Looks at the ledger of migrations alone. */
export async function schemaState(database: RowDatabase): Promise<SchemaState> {
  const has = await database.migrations();
  const knows = MIGRATIONS.map(({ name }) => name);
  const names = { has: has.at(-1), knows: knows.at(-1) };
  if (has.length === 0) return { state: 'none', ...names };
  if (!has.every((name, index) => name === knows[index])) return { state: 'unknown', ...names };
  return { state: has.length < knows.length ? 'older' : 'current', ...names };
}

/** What was found in a database. */
export interface Verification {
  readonly sound: boolean;
  /** An older version has written it, and that is all that was found: what it holds is checked once it is migrated. */
  readonly needsMigration: boolean;
  /** The name of the newest migration it has, and of the newest this version knows. */
  readonly schema: { readonly has: string | undefined; readonly knows: string | undefined };
  readonly rows: Readonly<Record<string, number>>;
  /** One line each: what is wrong. */
  readonly problems: readonly string[];
}

/** Checks a database: files and references, schema, serials, and what this package promises of its rows. It changes nothing. */
export async function verifyRows(database: RowDatabase): Promise<Verification> {
  const { state, ...schema } = await schemaState(database);
  const { has = '', knows = '' } = schema;
  const problems = (await database.damage()).map((line) => `damaged: ${line}`);
  if (state === 'none') problems.push('there is no schema: this is not a database of taxinav, or it was never used');
  if (state === 'unknown')
    problems.push(`the schema is ${has}, which this version does not know: use the version that wrote it, or a newer one`);
  if (state === 'older') problems.push(`the schema is ${has}, older than this version's ${knows}: migrate it, then verify again`);
  if (problems.length > 0) return { sound: false, needsMigration: state === 'older' && problems.length === 1, schema, rows: {}, problems };
  const rows: Record<string, number> = {};
  for (const table of TABLES) {
    rows[table.name] = await database.number(`SELECT count(*) FROM "${table.name}"`);
    if (!table.serial) continue;
    const highest = await database.number(`SELECT max("${table.key}") FROM "${table.name}"`);
    const last = await database.lastSerial(table);
    if (last < highest) problems.push(`the serials of ${table.name} would go on at ${last + 1}, but ${highest} is in use`);
  }
  for (const { name, violations } of INVARIANTS) {
    const found = await database.number(violations);
    if (found > 0) problems.push(`broken ${found} times: ${name}`);
  }
  return { sound: problems.length === 0, needsMigration: false, schema, rows, problems };
}
