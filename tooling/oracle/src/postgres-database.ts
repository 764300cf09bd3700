import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { ATTEMPTS, CHANGES, changesOf, OWED, type BridgeDatabase } from './database.ts';

/**
 * A database of its own on a PostgreSQL server, made empty for one run and dropped after it.
 *
 * @param server `postgres://user:password@host:port/database` of an account that may create databases
 */
export async function postgresDatabase(server: string): Promise<BridgeDatabase> {
  const name = `taxinav_oracle_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  await asking(server, (client) => client.query(`create database ${name}`));
  url.pathname = `/${name}`;
  const rows = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    await asking(url.href, async (client) => (await client.query<Readonly<Record<string, unknown>>>(sql)).rows);
  return {
    url: url.href,
    // 64-bit integers come as text; none of these is beyond what a number holds.
    readStored: async () => ({
      changes: changesOf(
        (await rows(CHANGES)).map((row) => ({
          column: String(row['column']),
          guid: String(row['guid']),
          round: Number(row['round']),
          status: String(row['status']),
          final: Number(row['final']),
          changedAt: Number(row['changedAt']),
        })),
      ),
      attempts: (await rows(ATTEMPTS)).map((row) => ({
        attempt: Number(row['attempt']),
        callId: String(row['callId']),
        column: String(row['column']),
        guid: String(row['guid']),
      })),
    }),
    readOwed: async () => {
      const [owed] = await rows(OWED);
      return { rounds: Number(owed?.['rounds']), reports: Number(owed?.['reports']), dead: Number(owed?.['dead']) };
    },
    // PostgreSQL checks its pages itself where the cluster has checksums; what can be read from end to end is whole.
    checkIntegrity: async () => {
      await rows(CHANGES);
      await rows(ATTEMPTS);
      return 'ok';
    },
    [Symbol.asyncDispose]: async () => {
      await asking(server, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

async function asking<Result>(url: string, ask: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
