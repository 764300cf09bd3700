import { Client } from 'pg';

/** A test's own look at a database. */
export interface TestClient {
  /** One statement, or several without parameters. */
  run(sql: string): Promise<void>;
  rows<Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  end(): Promise<void>;
}

/** Opens a connection beside the store's. */
export async function connectClient(url: string): Promise<TestClient> {
  const client = new Client({ connectionString: url });
  // A restart ends it; the test says what it expects then.
  client.on('error', () => undefined);
  await client.connect();
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    rows: async <Row>(sql: string, parameters: readonly unknown[] = []) => (await client.query(sql, [...parameters])).rows as Row[],
    end: () => client.end().catch(() => undefined),
  };
}
