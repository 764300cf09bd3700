import { afterAll } from 'vitest';
import { openInProcessStore } from '../in-process-store.ts';
import { modelTests, TABLES } from './tracker-model.ts';

// Its statements stay prepared.
const store = openInProcessStore({ cloning: false });
afterAll(() => store.close());

modelTests({
  store: () => store,
  empty: () => {
    for (const table of TABLES) store.database.exec(`delete from "${table}"`);
    return Promise.resolve();
  },
  runs: 150,
});
