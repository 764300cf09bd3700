import type { TableShape } from './tables.ts';

/** A value of a row, in both databases alike. */
export type RowValue = string | number | null;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, RowValue>>;

/**
 * The rows of a database as they are at one moment, for copying and checking; for nothing that a bridge does.
 * One at a time is asked; it ends with `close`, which gives up what was not committed.
 */
export interface RowDatabase extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgres';
  /** The names of the schema's migrations, in order; empty where there is no schema. */
  migrations(): Promise<readonly string[]>;
  /** The columns of a table, sorted by name. */
  columns(table: string): Promise<readonly string[]>;
  /** Rows in the order of their key, beginning after `after`. */
  page(table: TableShape, after: RowValue | undefined, limit: number): Promise<readonly Row[]>;
  /** The one number that a query gives. */
  number(sql: string): Promise<number>;
  /** The highest serial that was ever given out; 0 where there was none. */
  lastSerial(table: TableShape): Promise<number>;
  /** Writes rows that have all of `columns`. */
  insert(table: TableShape, columns: readonly string[], rows: readonly Row[]): Promise<void>;
  /** No serial up to this one is given out any more. */
  continueSerial(table: TableShape, last: number): Promise<void>;
  /** What the database itself finds wrong with its files and references; empty where all is well. */
  damage(): Promise<readonly string[]>;
  /** Keeps what was written. */
  commit(): Promise<void>;
  close(): Promise<void>;
}
