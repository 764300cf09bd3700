import { setTimeout as wait } from 'node:timers/promises';
import { migrate } from '../migrator.ts';
import { Ballast } from './ballast.ts';
import { CHECKPOINT_PAGES_WHEN_FULL, checkpointAtClose, checkpointPages, checkpointWhenFull, checkpointWhenLong } from './checkpoint.ts';
import { DiskPressure } from './disk-pressure.ts';
import { loadDriver } from './driver.ts';
import { noRoomToGrow } from './error-texts.ts';
import { GuardedStatements } from './guarded-statements.ts';
import { runGroup, type GroupOutcome } from './group.ts';
import { kyselyOn } from './kysely-on.ts';
import type { WorkerRequest, WorkerStart } from './messages.ts';
import { openForMigration, prepareFile, readyForWriting } from './open-database.ts';
import { lockForProcess } from './process-lock.ts';
import { StatementCache } from './statement-cache.ts';
import type { Tables } from './load-tables.ts';
import type { StorePressure } from '../store.ts';
import type { WorkerRole } from './worker-role.ts';

/** Between two tries for a file that another process holds. */
const LOCK_PAUSE_MS = 50;
/** What opening a database needs on the disk: the index of the WAL, the lock. */
const OPENING_BYTES = 262_144;

/** Takes the file for this process, brings the schema up to date, and serves groups of commands. */
export async function openWriter(start: WorkerStart, tables: Tables, tell: (pressure: StorePressure) => void): Promise<WorkerRole> {
  const Driver = loadDriver(start.driver);
  prepareFile(start.path);
  const ballast = new Ballast({ path: start.path, bytes: start.ballastBytes });
  // Opening needs some space itself: a full disk must not keep what is owed from being sent after a restart.
  if (ballast.free() < OPENING_BYTES) ballast.giveUp();
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
    const guarded = new GuardedStatements(connection, statements);
    const database = {
      exec: (sql: string) => guarded.exec(sql),
      get inTransaction() {
        return connection.inTransaction;
      },
      kysely: kyselyOn(guarded),
    };
    const growing = tables.GROWING ?? new Set();
    const pressure = new DiskPressure({
      ballast,
      lowWaterBytes: Math.min(start.lowWaterBytes, ballast.bytes),
      tell,
      monotonic: () => performance.now(),
    });
    pressure.start();
    const walPages = checkpointPages(ballast.volumeBytes);
    const run = (requests: readonly WorkerRequest[]): Promise<GroupOutcome> =>
      pressure.pressure === 'none'
        ? runGroup(database, tables.COMMANDS, requests)
        : runWithoutGrowth(requests, growing, (others) => runGroup(database, tables.COMMANDS, others));
    return {
      async run(requests) {
        const outcome = await run(requests);
        if (outcome.full === undefined || !pressure.met()) return outcome;
        checkpointWhenFull(connection, start.busyTimeoutMs);
        return await run(requests);
      },
      tidy() {
        pressure.passingBy();
        checkpointWhenLong(statements, pressure.pressure === 'none' ? walPages : CHECKPOINT_PAGES_WHEN_FULL);
      },
      close() {
        pressure.stop();
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

/** Refuses what would make the database larger, and runs the rest. */
async function runWithoutGrowth(
  requests: readonly WorkerRequest[],
  growing: ReadonlySet<string>,
  run: (requests: readonly WorkerRequest[]) => Promise<GroupOutcome>,
): Promise<GroupOutcome> {
  const others = requests.filter(({ name }) => !growing.has(name));
  const outcome = others.length === 0 ? { answers: [] } : await run(others);
  const answers = outcome.answers.values();
  return {
    ...outcome,
    answers: requests.map(({ name }) => (growing.has(name) ? undefined : answers.next().value) ?? { error: noRoomToGrow(name) }),
  };
}
