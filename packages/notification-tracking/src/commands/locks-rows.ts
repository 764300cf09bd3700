import { PostgresAdapter, type Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Whether transactions run beside each other, so that a row has to be locked before it is judged; on SQLite one runs after another. */
export function locksRows(trx: Kysely<Schema>): boolean {
  return trx.getExecutor().adapter instanceof PostgresAdapter;
}
