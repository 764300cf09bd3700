import { TrackingError } from '../errors.ts';
import type { Row, RowDatabase, RowValue } from './row-database.ts';
import type { TableShape } from './tables.ts';

/** What `openPostgresRows` is told. */
export interface PostgresRowsOptions {
  /** `postgres://user@host/database`; may hold a password: it is never put into an error. */
  readonly url: string;
  /** In place of the URL's password. */
  readonly password?: string;
  /** Whether rows are written. @defaultValue false */
  readonly write?: boolean;
}

/** The part of a `pg` client that is used. */
interface PgClient {
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  end(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

interface Pg {
  readonly Client: new (options: object) => PgClient;
  readonly types: { getTypeParser(oid: number, format?: string): (value: string) => unknown };
}

const INT8 = 20;
const CONNECT_MS = 10_000;
/** PostgreSQL takes at most 65,535 parameters a statement. */
const PARAMETERS = 60_000;

/**
 * Opens the rows of a PostgreSQL database as they are at this moment. The package `pg` must be installed.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED`
 */
export async function openPostgresRows({ url, password, write = false }: PostgresRowsOptions): Promise<RowDatabase> {
  const { default: pg } = (await import('pg').catch((error: unknown) => {
    throw failed('The package pg is not installed; a PostgreSQL database needs it: npm install pg@8.', error);
  })) as unknown as { readonly default: Pg };
  const types = {
    // What is counted and timed here stays below 2^53.
    getTypeParser: (oid: number, format?: string) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  const connection = new URL(url);
  if (password !== undefined) connection.password = encodeURIComponent(password);
  const client = new pg.Client({
    connectionString: connection.href,
    connectionTimeoutMillis: CONNECT_MS,
    types,
    application_name: 'taxinav db',
  });
  // A connection that is lost in between two queries is told by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(write ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return new PostgresRows(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw failed(
      `The database on ${connection.host} was not opened: ${word(error)}. Look at its address, user, password and pg_hba.conf.`,
      error,
    );
  }
}

class PostgresRows implements RowDatabase {
  readonly kind = 'postgres';
  readonly #client: PgClient;
  #open = true;

  constructor(client: PgClient) {
    this.#client = client;
  }

  async migrations(): Promise<readonly string[]> {
    const known = await this.number(
      `SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'taxinav_migration'`,
    );
    if (known === 0) return [];
    return (await this.#all('SELECT name FROM taxinav_migration ORDER BY position')).map(({ name }) => String(name));
  }

  async columns(table: string): Promise<readonly string[]> {
    const sql = `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name COLLATE "C"`;
    return (await this.#all(sql, table)).map(({ name }) => String(name));
  }

  async page({ name, key, serial }: TableShape, after: RowValue | undefined, limit: number): Promise<readonly Row[]> {
    // By bytes, as SQLite does.
    const order = serial ? `"${key}"` : `"${key}" COLLATE "C"`;
    return after === undefined
      ? await this.#all(`SELECT * FROM "${name}" ORDER BY ${order} LIMIT $1`, limit)
      : await this.#all(`SELECT * FROM "${name}" WHERE ${order} > $1 ORDER BY ${order} LIMIT $2`, after, limit);
  }

  async number(sql: string): Promise<number> {
    return Number(Object.values((await this.#all(sql))[0] ?? {})[0] ?? 0);
  }

  async lastSerial({ name, key }: TableShape): Promise<number> {
    const [sequence] = await this.#all(`SELECT pg_get_serial_sequence('"${name}"', '${key}') AS name`);
    return await this.number(`SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ${String(sequence?.['name'])}`);
  }

  async insert({ name }: TableShape, columns: readonly string[], rows: readonly Row[]): Promise<void> {
    const names = columns.map((column) => `"${column}"`).join(', ');
    const atOnce = Math.max(1, Math.floor(PARAMETERS / columns.length));
    for (let from = 0; from < rows.length; from += atOnce) {
      const some = rows.slice(from, from + atOnce);
      const places = some
        .map((_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`).join(', ')})`)
        .join(', ');
      const values = some.flatMap((row) => columns.map((column) => row[column] ?? null));
      await this.#all(`INSERT INTO "${name}" (${names}) VALUES ${places}`, ...values);
    }
  }

  async continueSerial({ name, key }: TableShape, last: number): Promise<void> {
    if (last > 0) await this.#all(`SELECT setval(pg_get_serial_sequence('"${name}"', '${key}'), $1)`, last);
  }

  damage(): Promise<readonly string[]> {
    // The server keeps references itself; its files are for pg_amcheck and its checksums.
    return Promise.resolve([]);
  }

  async commit(): Promise<void> {
    await this.#all('COMMIT');
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#client.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #all(sql: string, ...values: readonly RowValue[]): Promise<readonly Row[]> {
    try {
      const { rows } = await this.#client.query(sql, values);
      return rows as readonly Row[];
    } catch (error) {
      throw failed(`The database failed: ${word(error)}. Nothing was changed; try again when it is there.`, error);
    }
  }
}

function failed(message: string, cause: unknown): TrackingError {
  return new TrackingError('TRACKING_STORE_OPEN_FAILED', message, { cause });
}

function word(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return [typeof message === 'string' && message !== '' ? message : String(error), ...(typeof code === 'string' ? [code] : [])].join(', ');
}
