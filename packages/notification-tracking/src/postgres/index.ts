export { openPostgresStore, type PostgresStoreOptions } from './store.ts';
export { openPostgresRows, type PostgresRowsOptions } from '../copy/postgres-rows.ts';
