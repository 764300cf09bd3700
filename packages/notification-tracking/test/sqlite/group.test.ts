import BetterSqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { runGroup, type GroupDatabase } from '../../src/sqlite/group.ts';
import { kyselyOn } from '../../src/sqlite/kysely-on.ts';
import { COMMANDS, MIGRATIONS } from './tables.ts';

/** A value as better-sqlite3 throws it. */
function sqliteError(code: string): Error {
  return Object.assign(new Error(`injected ${code}`), { code });
}

/** Makes the n-th statement (1 = first) that matches throw, before or after it ran; SQLite may have rolled back by itself. */
interface Fault {
  readonly statement: RegExp;
  readonly nth: number;
  readonly code: string;
  readonly when?: 'before' | 'after';
  readonly rollsBack?: boolean;
}

function faulty(fault?: Fault): { readonly database: GroupDatabase; readonly ids: () => unknown[]; readonly executed: string[] } {
  const connection = new BetterSqlite(':memory:');
  for (const statement of MIGRATIONS[0]?.statements.sqlite ?? []) connection.exec(statement);
  const executed: string[] = [];
  let met = 0;
  function around<Result>(sql: string, run: () => Result): Result {
    executed.push(sql.replace(/\s.*/, ''));
    const hit = fault?.statement.test(sql) === true && ++met === fault.nth;
    if (!hit) return run();
    if (fault.when === 'after') run();
    if (fault.rollsBack === true) connection.exec('ROLLBACK');
    throw sqliteError(fault.code);
  }
  const kysely = kyselyOn({
    prepare(sql) {
      const statement = connection.prepare(sql);
      return {
        reader: statement.reader,
        all: (parameters) => around(sql, () => statement.all(...parameters)),
        run: (parameters) => around(sql, () => statement.run(...parameters)),
        iterate: (parameters) => statement.iterate(...parameters),
      };
    },
  });
  return {
    executed,
    ids: () => connection.prepare('SELECT id FROM note ORDER BY id').pluck().all(),
    database: {
      kysely,
      exec: (sql) => around(sql, () => void connection.exec(sql)),
      get inTransaction() {
        return connection.inTransaction;
      },
    },
  };
}

const adds = (...ids: readonly string[]): { name: string; payload: { id: string } }[] =>
  ids.map((id) => ({ name: 'add', payload: { id } }));

function codes(outcome: Awaited<ReturnType<typeof runGroup>>): readonly string[] {
  return outcome.answers.map((answer) => ('error' in answer ? answer.error.code : 'stored'));
}

test('a group is one transaction', async () => {
  const { database, ids, executed } = faulty();
  expect(codes(await runGroup(database, COMMANDS, adds('a', 'b')))).toEqual(['stored', 'stored']);
  expect(executed).toEqual(['BEGIN', 'INSERT', 'INSERT', 'COMMIT']);
  expect(ids()).toEqual(['a', 'b']);
  expect(database.inTransaction).toBe(false);
});

test('a group one of whose commands fails by its own doing runs again, with a savepoint for each command', async () => {
  const { database, ids, executed } = faulty();
  expect(codes(await runGroup(database, COMMANDS, adds('a', 'a', 'b')))).toEqual(['stored', 'TRACKING_CONSTRAINT', 'stored']);
  const again = ['SAVEPOINT', 'INSERT', 'RELEASE', 'SAVEPOINT', 'INSERT', 'ROLLBACK', 'RELEASE', 'SAVEPOINT', 'INSERT', 'RELEASE'];
  expect(executed).toEqual(['BEGIN', 'INSERT', 'INSERT', 'ROLLBACK', 'BEGIN', ...again, 'COMMIT']);
  expect(ids()).toEqual(['a', 'b']);
  expect(database.inTransaction).toBe(false);
});

describe('a full disk', () => {
  // SQLite rolls the whole transaction back by itself on some of its errors and leaves it open on others: both must do.
  for (const rollsBack of [true, false]) {
    for (const [where, nth] of [
      ['first', 1],
      ['middle', 2],
      ['last', 3],
    ] as const) {
      test(`met by the ${where} command, ${rollsBack ? 'rolled back by SQLite' : 'transaction left open'}: every command is rejected, nothing is stored, the next group is`, async () => {
        const { database, ids } = faulty({ statement: /^INSERT/, nth, code: 'SQLITE_FULL', rollsBack });
        const outcome = await runGroup(database, COMMANDS, adds('a', 'b', 'c'));
        expect(codes(outcome)).toEqual(['TRACKING_STORE_FULL', 'TRACKING_STORE_FULL', 'TRACKING_STORE_FULL']);
        expect(outcome.failure).toBeUndefined();
        expect(ids()).toEqual([]);
        expect(codes(await runGroup(database, COMMANDS, adds('d')))).toEqual(['stored']);
        expect(ids()).toEqual(['d']);
      });
    }

    test(`met by COMMIT, ${rollsBack ? 'rolled back by SQLite' : 'transaction left open'}: every command is rejected, nothing is stored, the next group is`, async () => {
      const { database, ids } = faulty({ statement: /^COMMIT/, nth: 1, code: 'SQLITE_FULL', rollsBack });
      expect(codes(await runGroup(database, COMMANDS, adds('a', 'b')))).toEqual(['TRACKING_STORE_FULL', 'TRACKING_STORE_FULL']);
      expect(ids()).toEqual([]);
      expect(codes(await runGroup(database, COMMANDS, adds('c')))).toEqual(['stored']);
    });
  }

  for (const statement of ['SAVEPOINT', 'RELEASE']) {
    test(`met by the ${statement} of the second command: every command is rejected`, async () => {
      const { database, ids } = faulty({ statement: new RegExp(`^${statement}`), nth: 2, code: 'SQLITE_FULL', rollsBack: true });
      expect(codes(await runGroup(database, COMMANDS, adds('a', 'b', 'b')))).toEqual(
        Array.from({ length: 3 }, () => 'TRACKING_STORE_FULL'),
      );
      expect(ids()).toEqual([]);
    });
  }

  test('met by the ROLLBACK before the second run: every command is rejected', async () => {
    const { database, ids } = faulty({ statement: /^ROLLBACK$/, nth: 1, code: 'SQLITE_FULL' });
    expect(codes(await runGroup(database, COMMANDS, adds('a', 'a')))).toEqual(['TRACKING_STORE_FULL', 'TRACKING_STORE_FULL']);
    expect(ids()).toEqual([]);
  });

  test('met while a constraint failure is undone: every command is rejected', async () => {
    const { database, ids } = faulty({ statement: /^ROLLBACK TO/, nth: 1, code: 'SQLITE_FULL', rollsBack: true });
    expect(codes(await runGroup(database, COMMANDS, adds('a', 'a', 'b')))).toEqual(Array.from({ length: 3 }, () => 'TRACKING_STORE_FULL'));
    expect(ids()).toEqual([]);
  });
});

describe('a busy database', () => {
  test('at BEGIN rejects every command with TRACKING_STORE_BUSY, and the store goes on', async () => {
    const { database, ids } = faulty({ statement: /^BEGIN/, nth: 1, code: 'SQLITE_BUSY' });
    const outcome = await runGroup(database, COMMANDS, adds('a', 'b'));
    expect(codes(outcome)).toEqual(['TRACKING_STORE_BUSY', 'TRACKING_STORE_BUSY']);
    expect(outcome.failure).toBeUndefined();
    expect(codes(await runGroup(database, COMMANDS, adds('c')))).toEqual(['stored']);
    expect(ids()).toEqual(['c']);
  });
});

describe('an error after which the disk cannot be trusted', () => {
  const codesOfFailure = [
    'SQLITE_IOERR_FSYNC',
    'SQLITE_IOERR_WRITE',
    'SQLITE_CORRUPT',
    'SQLITE_NOTADB',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_NEVER_HEARD_OF',
  ];
  for (const code of codesOfFailure) {
    for (const statement of [/^INSERT/, /^COMMIT/]) {
      test(`${code} at ${statement.source.slice(1)} rejects every command with TRACKING_STORE_FAILED, for good, and tries nothing more`, async () => {
        const { database, executed } = faulty({ statement, nth: 1, code });
        const outcome = await runGroup(database, COMMANDS, adds('a', 'b'));
        expect(codes(outcome)).toEqual(['TRACKING_STORE_FAILED', 'TRACKING_STORE_FAILED']);
        expect(outcome.failure?.code).toBe('TRACKING_STORE_FAILED');
        expect(outcome.failure?.message).toContain(code);
        expect(executed.at(-1)).toBe(statement.source.slice(1));
      });
    }
  }

  test('a ROLLBACK that fails ends the store as well', async () => {
    const { database } = faulty({ statement: /^ROLLBACK$/, nth: 1, code: 'SQLITE_IOERR' });
    const outcome = await runGroup(database, COMMANDS, [...adds('a'), { name: 'addThenBreak', payload: { id: 'b' } }]);
    expect(codes(outcome)).toEqual(['TRACKING_STORE_FAILED', 'TRACKING_STORE_FAILED']);
    expect(outcome.failure?.message).toContain('SQLITE_IOERR');
  });

  test('a disk too full for the index of the WAL is a full disk', async () => {
    const { database } = faulty({ statement: /^INSERT/, nth: 1, code: 'SQLITE_IOERR_SHMSIZE' });
    const outcome = await runGroup(database, COMMANDS, adds('a'));
    expect(codes(outcome)).toEqual(['TRACKING_STORE_FULL']);
    expect(outcome.failure).toBeUndefined();
  });
});

test('a constraint that only COMMIT finds broken rejects every command of the group', async () => {
  const { database, ids } = faulty({ statement: /^COMMIT/, nth: 1, code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  expect(codes(await runGroup(database, COMMANDS, adds('a', 'b')))).toEqual(['TRACKING_CONSTRAINT', 'TRACKING_CONSTRAINT']);
  expect(ids()).toEqual([]);
  expect(database.inTransaction).toBe(false);
});

test('a command that hides that SQLite has rolled back takes its group with it', async () => {
  const { database, ids } = faulty({ statement: /^INSERT/, nth: 2, code: 'SQLITE_FULL', rollsBack: true });
  const hiding = {
    ...COMMANDS,
    hide: async (...parameters: Parameters<(typeof COMMANDS)['add'] & object>) => {
      await COMMANDS['add']?.(...parameters).catch(() => undefined);
      return { result: undefined, events: [] };
    },
  };
  const outcome = await runGroup(database, hiding, [...adds('a'), { name: 'hide', payload: { id: 'b' } }, ...adds('c')]);
  expect(codes(outcome)).not.toContain('stored');
  expect(ids()).toEqual([]);
});
