// A process that opens a store on PATH and says `open`. It stays until its input ends; with FIRST, it meanwhile accepts
// notifications from that number on, without end, and prints the number of each that was accepted.
import { createTracker, DEFAULT_POLICY } from '../../src/index.ts';
import { openSqliteStore } from '../../src/sqlite/index.ts';
import { guid, phone } from '../contract/desk.ts';

const [path = '', first] = process.argv.slice(2);
const store = await openSqliteStore({ path });
process.stdout.write('open\n');
process.stdin.on('end', () => void store.close());
process.stdin.resume();

if (first !== undefined) {
  const policy = { ...DEFAULT_POLICY, limits: { perPeerPerMinute: 0, perCalleePerHour: 0 } };
  const tracker = createTracker(store, () => policy);
  let next = Number(first);
  // Several at a time, so that groups of more than one are under way when the process dies.
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (;;) {
        const number = next++;
        await tracker.accept({
          now: 1_000_000 + number,
          columnId: 'north',
          guid: guid(number),
          phone: phone(number),
          text: 'Машина подана',
          peer: '192.168.1.21',
        });
        process.stdout.write(`${number}\n`);
      }
    }),
  );
}
