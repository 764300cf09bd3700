export { backupSqliteStore, type SqliteBackupOptions } from './backup.ts';
export { openSqliteStore, type SqliteStoreOptions } from './store.ts';
export { openSqliteRows, type SqliteRowsOptions } from '../copy/sqlite-rows.ts';
export { restoreSqliteStore, type SqliteRestoreOptions } from '../copy/restore-sqlite.ts';
