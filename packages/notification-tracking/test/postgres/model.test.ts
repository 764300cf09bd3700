import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '../../src/postgres/index.ts';
import type { Store } from '../../src/store.ts';
import { modelTests, TABLES } from '../model/tracker-model.ts';
import { connectClient, type TestClient } from './client.ts';
import { withPostgres } from './server.ts';

await withPostgres({ fsync: false }, (server) => {
  let store: Store;
  let client: TestClient;
  beforeAll(async () => {
    store = await openPostgresStore({ url: server.url });
    client = await connectClient(server.url);
  });
  afterAll(async () => {
    await store.close();
    await client.end();
  });
  modelTests({
    store: () => store,
    empty: () => client.run(`DELETE FROM ${TABLES.map((table) => `"${table}"`).join('; DELETE FROM ')}`),
    runs: 8,
  });
});
