import { judgeError } from './database-error.ts';
import { loadDriver } from './driver.ts';
import { ownError, storeFailed, unknownName } from './error-texts.ts';
import { kyselyOn } from './kysely-on.ts';
import type { Tables } from './load-tables.ts';
import type { PlainError, WorkerAnswer, WorkerRequest, WorkerStart } from './messages.ts';
import { openForReading } from './open-database.ts';
import { StatementCache } from './statement-cache.ts';
import type { WorkerRole } from './worker-role.ts';

/** Serves queries, each over one snapshot of the database; nothing can be written here. */
export async function openReader(start: WorkerStart, { QUERIES }: Tables): Promise<WorkerRole> {
  const Driver = loadDriver(start.driver);
  const connection = openForReading(Driver, start.path, start.busyTimeoutMs);
  const statements = new StatementCache(connection);
  const kysely = kyselyOn(statements);

  async function answer(request: WorkerRequest): Promise<{ readonly answer: WorkerAnswer; readonly failure?: PlainError }> {
    const query = Object.hasOwn(QUERIES, request.name) ? QUERIES[request.name] : undefined;
    if (query === undefined) return { answer: { error: unknownName('query', request.name, Object.keys(QUERIES)) } };
    try {
      statements.prepare('BEGIN').run([]);
      const value = await query(kysely, request.payload as never);
      statements.prepare('COMMIT').run([]);
      return { answer: { value } };
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      const judged = judgeError(error);
      // A query that tries to write is refused by its connection; the file is well.
      if (judged.reach === 'store' && judged.sqliteCode !== 'SQLITE_READONLY') {
        const failure = storeFailed('reading', error);
        return { answer: { error: failure }, failure };
      }
      const own = ownError('query', request.name, error);
      return { answer: { error: judged.reach === 'store' ? { ...own, code: 'TRACKING_COMMAND_INVALID' } : own } };
    }
  }

  return {
    async run(requests) {
      const answers: WorkerAnswer[] = [];
      for (const request of requests) {
        const { answer: one, failure } = await answer(request);
        answers.push(one);
        if (failure !== undefined) return { answers: requests.map((_, position) => answers[position] ?? { error: failure }), failure };
      }
      return { answers };
    },
    tidy: () => undefined,
    close: () => connection.close(),
  };
}
