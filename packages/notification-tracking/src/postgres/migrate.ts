import { TrackingError } from '../errors.ts';
import type { Migration } from '../migrations/migration.ts';
import { pendingMigration } from '../migrator.ts';
import type { Session } from './session.ts';

const LEDGER = `CREATE TABLE IF NOT EXISTS taxinav_migration (
  position integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  applied_at bigint NOT NULL
)`;
const LOCK = `SELECT pg_advisory_xact_lock(1952541047, 2)`;

/**
 * Brings a PostgreSQL schema up to date and returns the names of what it applied. Each migration is one transaction with its row of
 * `taxinav_migration`, under a lock: of several processes one applies it, the others wait and find it done.
 *
 * @param appliedAt UTC milliseconds, written into the ledger
 * @throws TrackingError `TRACKING_SCHEMA_NEWER`, `TRACKING_STORE_OPEN_FAILED`; what the database threw otherwise
 */
export async function migrate(session: Session, migrations: readonly Migration[], appliedAt: number): Promise<readonly string[]> {
  // Without the lock first: an up-to-date database is opened without waiting for anybody.
  if ((await hasLedger(session)) && pendingMigration(await namesInLedger(session), migrations) === undefined) return [];
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(session, migrations, appliedAt);
    if (name === undefined) return applied;
    applied.push(name);
  }
}

/** Refuses a database that a newer version has used since. @throws TrackingError `TRACKING_SCHEMA_NEWER` */
export async function checkSchema(session: Session, migrations: readonly Migration[]): Promise<void> {
  pendingMigration(await namesInLedger(session), migrations);
}

async function applyNext(session: Session, migrations: readonly Migration[], appliedAt: number): Promise<string | undefined> {
  // A migration of a large database may take its time.
  await session.query(`BEGIN; SET LOCAL statement_timeout = 0; ${LOCK}`);
  try {
    await session.query(LEDGER);
    const next = pendingMigration(await namesInLedger(session), migrations);
    if (next !== undefined) {
      if (next.statements.postgres === undefined) throw notForPostgres(next.name);
      for (const statement of next.statements.postgres) await session.query(statement);
      const position = migrations.indexOf(next) + 1;
      await session.query('INSERT INTO taxinav_migration (position, name, applied_at) VALUES ($1, $2, $3)', [
        position,
        next.name,
        appliedAt,
      ]);
    }
    await session.query('COMMIT');
    return next?.name;
  } catch (error) {
    if (session.alive) await session.query('ROLLBACK');
    throw error;
  }
}

async function hasLedger(session: Session): Promise<boolean> {
  const { rows } = await session.query(`SELECT to_regclass('taxinav_migration') IS NOT NULL AS found`, []);
  return (rows as readonly { readonly found: boolean }[])[0]?.found === true;
}

async function namesInLedger(session: Session): Promise<readonly string[]> {
  const { rows } = await session.query('SELECT name FROM taxinav_migration ORDER BY position', []);
  return (rows as readonly { readonly name: string }[]).map((row) => row.name);
}

function notForPostgres(name: string): TrackingError {
  return new TrackingError('TRACKING_STORE_OPEN_FAILED', `The migration ${name} has no statements for PostgreSQL; report this.`);
}
