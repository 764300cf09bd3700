import { TrackingError } from '../errors.ts';
import { RowDigest, type TableDigest } from './digest.ts';
import type { RowDatabase, RowValue } from './row-database.ts';
import { TABLES, type TableShape } from './tables.ts';

/** How a copy is made. */
export interface CopyOptions {
  /** Rows at a time. @defaultValue 1,000 */
  readonly batchRows?: number;
  /** Hears how far a table is. */
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void;
}

/** A table that was copied and compared. */
export interface CopiedTable extends TableDigest {
  readonly table: string;
  /** Where serials go on after. */
  readonly lastSerial?: number;
}

/**
 * Copies every row of a database into an empty one of the same schema, in batches, and lets serials go on where they were: no call id and
 * no GUID's order is ever used twice. Then reads the target again and compares counts and digests. The target commits at the very end: a copy
 * that fails leaves it empty.
 *
 * @throws TrackingError `TRACKING_SCHEMA_NEWER` or `TRACKING_STORE_OPEN_FAILED` when the schemas differ or the target holds rows,
 * `TRACKING_STORE_FAILED` when the copy is not the same
 */
export async function copyRows(source: RowDatabase, target: RowDatabase, options: CopyOptions = {}): Promise<readonly CopiedTable[]> {
  const { batchRows = 1_000, onProgress } = options;
  await sameSchema(source, target);
  await mustBeEmpty(target);
  const copied: CopiedTable[] = [];
  for (const table of TABLES) {
    const columns = await sharedColumns(table, source, target);
    const digest = new RowDigest(columns);
    let rows = 0;
    for await (const page of pages(source, table, batchRows)) {
      await target.insert(table, columns, page);
      digest.add(page);
      rows += page.length;
      onProgress?.({ table: table.name, rows });
    }
    const lastSerial = table.serial ? await source.lastSerial(table) : undefined;
    if (lastSerial !== undefined) await target.continueSerial(table, lastSerial);
    const written = digest.finish();
    const read = await tableDigest(target, table, columns, batchRows);
    if (written.rows !== read.rows || written.digest !== read.digest) throw different(table.name, written, read);
    copied.push({ table: table.name, ...written, ...(lastSerial !== undefined && { lastSerial }) });
  }
  await target.commit();
  return copied;
}

/** Counts and digests of every table. */
export async function digestRows(database: RowDatabase, batchRows = 1_000): Promise<Readonly<Record<string, TableDigest>>> {
  const digests: Record<string, TableDigest> = {};
  for (const table of TABLES) digests[table.name] = await tableDigest(database, table, await database.columns(table.name), batchRows);
  return digests;
}

async function tableDigest(database: RowDatabase, table: TableShape, columns: readonly string[], batchRows: number): Promise<TableDigest> {
  const digest = new RowDigest(columns);
  for await (const page of pages(database, table, batchRows)) digest.add(page);
  return digest.finish();
}

async function* pages(
  database: RowDatabase,
  table: TableShape,
  batchRows: number,
): AsyncGenerator<Awaited<ReturnType<RowDatabase['page']>>> {
  let after: RowValue | undefined;
  for (;;) {
    const page = await database.page(table, after, batchRows);
    if (page.length > 0) yield page;
    if (page.length < batchRows) return;
    after = page.at(-1)?.[table.key];
  }
}

async function sameSchema(source: RowDatabase, target: RowDatabase): Promise<void> {
  const [from, to] = [await source.migrations(), await target.migrations()];
  if (from.join() === to.join() && from.length > 0) return;
  const named = (names: readonly string[]): string => names.at(-1) ?? 'no schema';
  throw new TrackingError(
    from.length > to.length ? 'TRACKING_SCHEMA_NEWER' : 'TRACKING_STORE_OPEN_FAILED',
    `The source has the schema ${named(from)}, the target ${named(to)}: both must be of this version. Migrate both with the same taxinav first.`,
  );
}

async function mustBeEmpty(target: RowDatabase): Promise<void> {
  for (const { name } of TABLES) {
    const rows = await target.number(`SELECT count(*) FROM "${name}"`);
    if (rows === 0) continue;
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The target is not empty: ${name} has ${rows} rows. Nothing was copied. Name a new database; two cannot be joined, since their serials overlap.`,
    );
  }
}

async function sharedColumns({ name }: TableShape, source: RowDatabase, target: RowDatabase): Promise<readonly string[]> {
  const [from, to] = [await source.columns(name), await target.columns(name)];
  if (from.join() === to.join()) return from;
  throw new TrackingError(
    'TRACKING_STORE_OPEN_FAILED',
    `The table ${name} has other columns in the target; nothing was copied. Report this.`,
  );
}

function different(table: string, written: TableDigest, read: TableDigest): TrackingError {
  return new TrackingError(
    'TRACKING_STORE_FAILED',
    `The table ${table} is not the same after the copy (${written.rows} rows written, ${read.rows} read back, or other values): ` +
      'nothing was kept in the target. Verify the source, look at the disk of both, and report this.',
  );
}
