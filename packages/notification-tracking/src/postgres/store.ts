import type { Store } from '../store.ts';

/** Where the database is. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`; may hold a password: it is never put into an error or a log. */
  readonly url: string;
  /** In place of the URL's password. */
  readonly password?: string;
  /** Connections of the pool, 2 to 100. @defaultValue 10 */
  readonly connections?: number;
}

/** Opens the store, migrating the schema when it is older. */
export function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return Promise.reject(new TypeError(`The PostgreSQL store is being built (${options.connections ?? 10} connections).`));
}
