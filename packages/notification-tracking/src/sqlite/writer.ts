import { setTimeout as wait } from 'node:timers/promises';
import { migrate } from '../migrator.ts';
import { checkpointAtClose, checkpointWhenLong } from './checkpoint.ts';
import { loadDriver } from './driver.ts';
import { runGroup } from './group.ts';
import { kyselyOn } from './kysely-on.ts';
import type { WorkerStart } from './messages.ts';
import { openForMigration, prepareFile, readyForWriting } from './open-database.ts';
import { lockForProcess } from './process-lock.ts';
import { StatementCache } from './statement-cache.ts';
import type { Tables } from './load-tables.ts';
import type { WorkerRole } from './worker-role.ts';

/** Between two tries for a file that another process holds. */
const LOCK_PAUSE_MS = 50;

/** Takes the file for this process, brings the schema up to date, and serves groups of commands. */
export async function openWriter(start: WorkerStart, tables: Tables): Promise<WorkerRole> {
  const Driver = loadDriver(start.driver);
  prepareFile(start.path);
  const lock = await lockForProcess(Driver, {
    path: `${start.path}-lock`,
    holder: start.holder,
    tries: Math.ceil(start.busyTimeoutMs / LOCK_PAUSE_MS),
    pause: () => wait(LOCK_PAUSE_MS),
  });
  try {
    const connection = openForMigration(Driver, start.path, start.busyTimeoutMs);
    try {
      migrate(
        {
          exec: (sql) => void connection.exec(sql),
          all: (sql, ...parameters) => connection.prepare(sql).all(parameters),
          get inTransaction() {
            return connection.inTransaction;
          },
        },
        tables.MIGRATIONS,
        start.openedAt,
      );
      readyForWriting(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    const statements = new StatementCache(connection);
    const database = {
      exec: (sql: string) => void statements.prepare(sql).run([]),
      get inTransaction() {
        return connection.inTransaction;
      },
      kysely: kyselyOn({
        prepare(sql) {
          // After SQLite has rolled back by itself, a statement that a command still sends would be stored on its own.
          if (!connection.inTransaction) throw new Error('a statement was sent outside of its group');
          return statements.prepare(sql);
        },
      }),
    };
    return {
      run: (requests) => runGroup(database, tables.COMMANDS, requests),
      tidy: () => checkpointWhenLong(connection),
      close() {
        try {
          checkpointAtClose(connection);
        } finally {
          connection.close();
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
