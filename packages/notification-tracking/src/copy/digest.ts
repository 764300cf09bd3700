import { createHash, type Hash } from 'node:crypto';
import type { Row } from './row-database.ts';

/** What a table holds: how many rows, and a digest of all of them in the order of their key. */
export interface TableDigest {
  readonly rows: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** Sums up rows one after another; the same in both databases. */
export class RowDigest {
  readonly #hash: Hash = createHash('sha256');
  readonly #columns: readonly string[];
  #rows = 0;

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  add(rows: readonly Row[]): void {
    this.#rows += rows.length;
    for (const row of rows) this.#hash.update(`${JSON.stringify(this.#columns.map((column) => row[column] ?? null))}\n`);
  }

  /** May be asked once. */
  finish(): TableDigest {
    return { rows: this.#rows, digest: this.#hash.digest('hex') };
  }
}
