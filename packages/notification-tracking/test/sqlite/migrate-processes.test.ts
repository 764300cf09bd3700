import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import BetterSqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../src/migrator.ts';
import { DatabaseFolder } from './database-folder.ts';
import { migrationDatabase, openForMigration, schemaOf, STEPS } from './migration-database.ts';

function start(...parameters: readonly string[]): ChildProcess {
  const script = fileURLToPath(new URL('./migrate-child.ts', import.meta.url));
  return spawn(process.execPath, ['--conditions=@taxinav/source', script, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function lastLine(child: ChildProcess): Promise<{ line: string; code: number | null; signal: string | null }> {
  const exit = once(child, 'exit');
  let line = '';
  if (child.stdout !== null) for await (const one of createInterface(child.stdout)) line = one;
  const [code, signal] = (await exit) as [number | null, string | null];
  return { line, code, signal };
}

/** The schema that undisturbed migrations make. */
function expectedSchema(): readonly unknown[] {
  const connection = new BetterSqlite(':memory:');
  connection.pragma('foreign_keys = OFF');
  migrate(migrationDatabase(connection), STEPS, 1_000);
  return schemaOf(connection);
}

/** They take 2 s; a machine that is busy otherwise may need long to start so many processes. */
const timeout = 60_000;

test('of 20 processes that start at once on a new file one applies each migration, and all succeed', { timeout }, async () => {
  using database = new DatabaseFolder();
  const children = Array.from({ length: 20 }, () => start(database.path, 'wait'));
  try {
    await Promise.all(children.map((child) => (child.stdout === null ? Promise.resolve([]) : once(child.stdout, 'data'))));
    const results = children.map(lastLine);
    for (const child of children) child.stdin?.end('go\n');
    const ended = await Promise.all(results);
    expect(ended.map(({ code }) => code)).toEqual(children.map(() => 0));
    const applied = ended.flatMap(({ line }) => (JSON.parse(line) as { applied: readonly string[] }).applied);
    expect(applied.toSorted()).toEqual(STEPS.map((step) => step.name));
    const connection = openForMigration(database.path);
    expect(schemaOf(connection)).toEqual(expectedSchema());
    connection.close();
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
});

test('a process killed before or after any statement leaves a file that the next start brings up to date', { timeout }, async () => {
  const whole = new DatabaseFolder();
  const { line } = await lastLine(start(whole.path));
  whole[Symbol.dispose]();
  const { statements } = JSON.parse(line) as { statements: number };
  // BEGIN, statements, ledger and COMMIT of two migrations: fewer would mean that the count is broken.
  expect(statements).toBeGreaterThan(15);
  const expected = expectedSchema();
  // Before a statement is after the one before it.
  const points = ['before 1', ...Array.from({ length: statements }, (_, index) => `after ${index + 1}`)];

  async function killedAt(point: string): Promise<void> {
    using database = new DatabaseFolder();
    const [moment = '', nth = ''] = point.split(' ');
    expect({ point, signal: (await lastLine(start(database.path, moment, nth))).signal }).toEqual({ point, signal: 'SIGKILL' });
    const connection = openForMigration(join(database.folder, 'taxinav.db'));
    try {
      expect({ point, check: connection.pragma('integrity_check', { simple: true }) }).toEqual({ point, check: 'ok' });
      // What is there is a whole number of migrations.
      const applied = migrate(migrationDatabase(connection), STEPS, 2_000);
      expect({ point, applied }).toEqual({ point, applied: STEPS.map((step) => step.name).slice(STEPS.length - applied.length) });
      expect({ point, schema: schemaOf(connection) }).toEqual({ point, schema: expected });
    } finally {
      connection.close();
    }
  }

  // Three at a time: most of a point is the start of its process.
  const left = [...points];
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let point = left.shift(); point !== undefined; point = left.shift()) await killedAt(point);
    }),
  );
  expect(left).toEqual([]);
});
