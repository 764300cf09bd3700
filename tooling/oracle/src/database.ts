import Database from 'better-sqlite3';

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

/** Reads what a bridge has stored; the bridge may be running. */
export function readStored(path: string): Stored {
  return reading(path, (database) => {
    const changes = database
      .prepare<[], Omit<StoredChange, 'final'> & { readonly final: number }>(
        `select round.column_id as "column", round.guid, round.round, change.status, change.final, change.changed_at as changedAt
         from status_change as change join round on round.id = change.round_id order by change.change`,
      )
      .all()
      .map((change) => ({ ...change, final: change.final === 1 }));
    const attempts = database
      .prepare<[], StoredAttempt>(
        `select attempt.attempt, attempt.call_id as callId, round.column_id as "column", round.guid
         from attempt join round on round.id = attempt.round_id order by attempt.attempt`,
      )
      .all();
    return { changes, attempts };
  });
}

/** Reads what a bridge has still to do; the bridge may be running. */
export function readOwed(path: string): Owed {
  return reading(path, (database) => {
    const owed = database
      .prepare<[], Owed>(
        `select (select count(*) from round where state <> 'final') as rounds,
           (select count(*) from report where settled_at is null) as reports,
           (select count(*) from report where state = 'dead') as dead`,
      )
      .get();
    if (owed === undefined) throw new Error('a count without a row');
    return owed;
  });
}

/** What SQLite itself says of the file: `ok`, or what is damaged. */
export function checkIntegrity(path: string): string {
  return reading(path, (database) => String(database.pragma('integrity_check', { simple: true })));
}

function reading<Result>(path: string, read: (database: Database.Database) => Result): Result {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
