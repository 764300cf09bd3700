// A process that opens a store on PATH and says `open`, then obeys: `hold` (the default) stays, `add SEED` adds and prints ids for ever.
import { openSqliteStoreWith } from '../../src/sqlite/store.ts';
import { TABLES } from './database-folder.ts';

const [path = '', task = 'hold', prefix = ''] = process.argv.slice(2);
const store = await openSqliteStoreWith({ path }, { tables: TABLES });
process.stdout.write('open\n');
process.stdin.on('end', () => void store.close());
process.stdin.resume();

if (task === 'add') {
  let next = 0;
  // Several at a time, so that groups of more than one are under way when the process dies.
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (;;) {
        const id = `${prefix}-${(next += 1)}`;
        await store.run('add', { id, filler: 'x'.repeat(300) });
        process.stdout.write(`${id}\n`);
      }
    }),
  );
}
