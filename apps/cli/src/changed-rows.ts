/** How many rows of its database a bridge has changed. */
export interface ChangedRows {
  readonly rows: number;
}

/** Checks that it is one. */
export const changedRowsSchema: { parse(value: unknown): ChangedRows } = {
  parse(value) {
    if (typeof value === 'object' && value !== null && 'rows' in value && Number.isSafeInteger(value.rows))
      return { rows: Number(value.rows) };
    throw new TypeError('expected {"rows": N}');
  },
};
