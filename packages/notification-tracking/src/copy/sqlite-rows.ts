import { resolve } from 'node:path';
import { loadDriver, type SqliteConnection } from '../sqlite/driver.ts';
import { openError } from '../sqlite/open-database.ts';
import type { Row, RowDatabase, RowValue } from './row-database.ts';
import type { TableShape } from './tables.ts';

/** What `openSqliteRows` is told. */
export interface SqliteRowsOptions {
  /** The database file; it must exist. */
  readonly path: string;
  /** Whether rows are written. @defaultValue false */
  readonly write?: boolean;
}

/** Lines of what a check finds that are passed on. */
const FINDINGS = 20;

/**
 * Opens the rows of a SQLite database as they are at this moment. The calling thread waits for the disk: this is for tools.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`
 */
export function openSqliteRows({ path, write = false }: SqliteRowsOptions): Promise<RowDatabase> {
  return settled(() => {
    const Driver = loadDriver('better-sqlite3');
    const file = resolve(path);
    let connection: SqliteConnection | undefined;
    try {
      connection = new Driver(file, { readonly: !write, fileMustExist: true, timeout: 5_000 });
      connection.exec('PRAGMA foreign_keys = ON');
      if (write) connection.exec('PRAGMA synchronous = FULL');
      connection.exec(write ? 'BEGIN IMMEDIATE' : 'BEGIN');
      // A transaction that only reads begins with its first read.
      connection.prepare('SELECT count(*) FROM sqlite_schema').all([]);
      return new SqliteRows(connection, file);
    } catch (error) {
      connection?.close();
      throw openError(file, error);
    }
  });
}

/** What the driver does at once, as a promise: also where it throws. */
function settled<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

class SqliteRows implements RowDatabase {
  readonly kind = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #path: string;
  #open = true;

  constructor(connection: SqliteConnection, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  async migrations(): Promise<readonly string[]> {
    const known = await this.number(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'taxinav_migration'`);
    return known === 0 ? [] : this.#all('SELECT name FROM taxinav_migration ORDER BY position').map(({ name }) => String(name));
  }

  columns(table: string): Promise<readonly string[]> {
    return settled(() => this.#all(`SELECT name FROM pragma_table_info(?) ORDER BY name`, table).map(({ name }) => String(name)));
  }

  page({ name, key }: TableShape, after: RowValue | undefined, limit: number): Promise<readonly Row[]> {
    return settled(() =>
      after === undefined
        ? this.#all(`SELECT * FROM "${name}" ORDER BY "${key}" LIMIT ?`, limit)
        : this.#all(`SELECT * FROM "${name}" WHERE "${key}" > ? ORDER BY "${key}" LIMIT ?`, after, limit),
    );
  }

  number(sql: string): Promise<number> {
    return settled(() => Number(Object.values(this.#all(sql)[0] ?? {})[0] ?? 0));
  }

  async lastSerial({ name }: TableShape): Promise<number> {
    return await this.number(`SELECT seq FROM sqlite_sequence WHERE name = '${name}'`);
  }

  insert({ name }: TableShape, columns: readonly string[], rows: readonly Row[]): Promise<void> {
    return settled(() => {
      const names = columns.map((column) => `"${column}"`).join(', ');
      const statement = this.#connection.prepare(`INSERT INTO "${name}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
      for (const row of rows) this.#tried(() => statement.run(columns.map((column) => row[column] ?? null)));
    });
  }

  continueSerial({ name }: TableShape, last: number): Promise<void> {
    return settled(() => {
      const changed = this.#tried(() =>
        this.#connection.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?').run([last, name]),
      );
      if (Number(changed.changes) === 0 && last > 0)
        this.#tried(() => this.#connection.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run([name, last]));
    });
  }

  damage(): Promise<readonly string[]> {
    return settled(() => {
      const found = this.#all(`PRAGMA integrity_check(${FINDINGS})`)
        .map((row) => String(Object.values(row)[0]))
        .filter((line) => line !== 'ok');
      if (found.length > 0) return found;
      return this.#all('PRAGMA foreign_key_check')
        .slice(0, FINDINGS)
        .map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to a row of ${parent} that is not there`);
    });
  }

  commit(): Promise<void> {
    return settled(() => void this.#tried(() => this.#connection.exec('COMMIT')));
  }

  close(): Promise<void> {
    return settled(() => {
      if (!this.#open) return;
      this.#open = false;
      this.#connection.close();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #all(sql: string, ...parameters: readonly RowValue[]): readonly Row[] {
    return this.#tried(() => this.#connection.prepare(sql).all(parameters) as readonly Row[]);
  }

  #tried<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw openError(this.#path, error);
    }
  }
}
