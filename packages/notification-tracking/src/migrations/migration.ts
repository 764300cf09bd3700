/** A step of the schema: append-only, never edited once released. */
export interface Migration {
  /** `0001-notifications`, … in order. */
  readonly name: string;
  /** Single SQL statements, run in order in one transaction with the ledger's row. Without `postgres` PostgreSQL refuses the step. */
  readonly statements: { readonly sqlite: readonly string[]; readonly postgres?: readonly string[] };
}
