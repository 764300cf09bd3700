/** A status change as the bridge has stored it. */
export interface StoredChange {
  readonly column: string;
  /** As it was received. */
  readonly guid: string;
  /** Of the GUID, from 1. */
  readonly round: number;
  readonly status: string;
  readonly final: boolean;
  /** UTC, milliseconds since 1970. */
  readonly changedAt: number;
}

/** An attempt as the bridge has stored it. */
export interface StoredAttempt {
  /** Its serial, never used again. */
  readonly attempt: number;
  readonly callId: string;
  readonly column: string;
  readonly guid: string;
}

/** What the checker compares the journals with. */
export interface Stored {
  /** In the order they were stored. */
  readonly changes: readonly StoredChange[];
  readonly attempts: readonly StoredAttempt[];
}

/** What the bridge still has to do. */
export interface Owed {
  /** Rounds without a final status. */
  readonly rounds: number;
  /** Statuses not delivered, and not given up. */
  readonly reports: number;
  /** Statuses given up. */
  readonly dead: number;
}

/** A bridge's database, read from outside with a reader of our own; the bridge may be running. */
export interface BridgeDatabase extends AsyncDisposable {
  /** The configuration's `database:`. */
  readonly url: string;
  readStored(): Promise<Stored>;
  readOwed(): Promise<Owed>;
  /** What the database itself says of its rows: `ok`, or what is damaged. */
  checkIntegrity(): Promise<string>;
}

/** The same SQL for every database: statuses in the order they were stored. */
export const CHANGES = `select round.column_id as "column", round.guid, round.round, change.status, change.final, change.changed_at as "changedAt"
  from status_change as change join round on round.id = change.round_id order by change.change`;

/** Attempts with what they belong to. */
export const ATTEMPTS = `select attempt.attempt, attempt.call_id as "callId", round.column_id as "column", round.guid
  from attempt join round on round.id = attempt.round_id order by attempt.attempt`;

/** One row: {@link Owed}. */
export const OWED = `select (select count(*) from round where state <> 'final') as rounds,
  (select count(*) from report where settled_at is null) as reports,
  (select count(*) from report where state = 'dead') as dead`;

/** A row of {@link CHANGES}. */
export type ChangeRow = Omit<StoredChange, 'final'> & { readonly final: number };

/** What the rows of {@link CHANGES} say. */
export function changesOf(rows: readonly ChangeRow[]): readonly StoredChange[] {
  return rows.map((change) => ({ ...change, final: change.final === 1 }));
}
