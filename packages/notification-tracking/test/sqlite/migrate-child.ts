// A process that migrates a file and may kill itself: node migrate-child.ts PATH [before|after N]
// With `wait`, it says that it is ready and begins when it is told.
import { migrate } from '../../src/migrator.ts';
import { migrationDatabase, openForMigration, STEPS } from './migration-database.ts';

const [path = '', moment = '', nth = '0'] = process.argv.slice(2);
const connection = openForMigration(path);
let statements = 0;

if (moment === 'wait') {
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
}
const applied = migrate(
  migrationDatabase(connection, (_sql, run) => {
    statements += 1;
    if (moment === 'before' && statements === Number(nth)) process.kill(process.pid, 'SIGKILL');
    run();
    if (moment === 'after' && statements === Number(nth)) process.kill(process.pid, 'SIGKILL');
  }),
  STEPS,
  1_000,
);
process.stdout.write(`${JSON.stringify({ applied, statements })}\n`);
process.exit(0);
