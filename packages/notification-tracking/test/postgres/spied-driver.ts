import { Client as PgClient, types, type QueryResult } from 'pg';
import type { PgQuery } from '../../src/postgres/driver.ts';

/** What the next COMMIT of commands meets: its answer is lost, or it is itself. */
export type CommitFate = 'answered' | 'answer lost' | 'never sent';

interface Spied {
  fates: CommitFate[];
  /** COMMITs of commands, whatever became of them. */
  commits: number;
  /** Statements with parameters, as they were sent. */
  statements: Map<string, readonly unknown[]>;
  /** With which clients were made. */
  passwords: unknown[];
}

/** Shared by the store, which loads this module as its driver, and the test. */
export const spied: Spied = { fates: [], commits: 0, statements: new Map(), passwords: [] };

/** The real client, but for COMMITs that a test has given a fate. */
class Client extends PgClient {
  constructor(options: object) {
    super(options);
    spied.passwords.push(this.password);
  }

  override async query(...asked: readonly unknown[]): Promise<never> {
    const [query] = asked as [string | PgQuery];
    const sql = typeof query === 'string' ? query : query.text;
    if (typeof query !== 'string') spied.statements.set(sql, query.values);
    const send = (): Promise<QueryResult> => PgClient.prototype.query.apply(this, asked as never) as unknown as Promise<QueryResult>;
    const commits = sql.endsWith('COMMIT') && sql.includes('command_done');
    if (commits) spied.commits += 1;
    const fate = commits ? spied.fates.shift() : undefined;
    if (fate === undefined || fate === 'answered') return (await send()) as never;
    if (fate === 'answer lost') await send();
    await this.end();
    throw new Error('Connection terminated unexpectedly');
  }
}

export { Client, types };
