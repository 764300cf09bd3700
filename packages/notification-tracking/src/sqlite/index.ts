export { backupSqliteStore, type SqliteBackupOptions } from './backup.ts';
export { openSqliteStore, type SqliteStoreOptions } from './store.ts';
