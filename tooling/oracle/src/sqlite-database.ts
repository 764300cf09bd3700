import Database from 'better-sqlite3';
import { ATTEMPTS, CHANGES, changesOf, OWED, type BridgeDatabase, type ChangeRow, type Owed, type StoredAttempt } from './database.ts';

/** A bridge's SQLite file; opened anew for each reading, so that it never holds the bridge up. */
export function sqliteDatabase(path: string): BridgeDatabase {
  return {
    url: `sqlite:${path}`,
    readStored: () =>
      reading(path, (database) => ({
        changes: changesOf(database.prepare<[], ChangeRow>(CHANGES).all()),
        attempts: database.prepare<[], StoredAttempt>(ATTEMPTS).all(),
      })),
    readOwed: () =>
      reading(path, (database) => {
        const owed = database.prepare<[], Owed>(OWED).get();
        if (owed === undefined) throw new Error('a count without a row');
        return owed;
      }),
    checkIntegrity: () => reading(path, (database) => String(database.pragma('integrity_check', { simple: true }))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function reading<Result>(path: string, read: (database: Database.Database) => Result): Promise<Result> {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    return Promise.resolve(read(database));
  } finally {
    database.close();
  }
}
