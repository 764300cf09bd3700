import Database from 'better-sqlite3';

/** Rows of one notification that is over: the round, two statuses, two reports. */
const ROWS_A_NOTIFICATION = 5;

/** Notifications inserted by one statement. */
const AT_ONCE = 50_000;
const DAY_MS = 86_400_000;
/** Older than texts are kept, so that retention has work. */
const AGE_DAYS = 40;

/**
 * Writes notifications that are over and reported into a database whose schema is up to date, by SQL: through the tracker a million rows
 * would take minutes. Nobody may have the database open.
 */
export function writeHistory(path: string, rows: number): void {
  const database = new Database(path);
  try {
    database.pragma('synchronous = OFF');
    const before = Date.now() - AGE_DAYS * DAY_MS;
    const rounds = database.prepare(`
      insert into round (column_id, canonical_guid, guid, round, latest, phone, text, peer, granted, state, "end", status, changed_at,
        accepted_at, expires_at, attempts, unreachable, extra_attempts, trunk_troubles, was_active, last_result, stale_claim)
      with recursive n (n) as (select 1 union all select n + 1 from n where n < :count),
      made as materialized (select n, hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' ||
        hex(randomblob(6)) as guid, '+38067' || printf('%07d', abs(random()) % 10000000) as phone from n)
      select 'north', guid, guid, 1, 1, phone, 'Ваш автомобиль подан, белая Шкода, номер 1234', '127.0.0.1', 1, 'final', 'result', 'Done', :at + n,
        :at + n, :at + n + 300000, 1, 0, 0, 0, 1, 'Done', 0 from made`);
    const changes = database.prepare(`
      insert into status_change (round_id, status, final, changed_at)
      select id, column1, column2, changed_at from round, (values ('Queued', 0), ('Done', 1)) where id > :after`);
    const reports = database.prepare(`
      insert into report (change, thread, column_id, canonical_guid, guid, status, final, changed_at, repeat, state, head, tries, refusals,
        last_evidence, owed_at, next_try_at, settled_at)
      select change, round_id, column_id, canonical_guid, guid, status_change.status, final, status_change.changed_at, 0, 'delivered', 0, 1, 0,
        'acknowledged', status_change.changed_at, status_change.changed_at, status_change.changed_at
      from status_change join round on round.id = round_id where round_id > :after`);
    for (let written = 0; written < rows / ROWS_A_NOTIFICATION; written += AT_ONCE) {
      const after = (database.prepare('select max(id) from round').pluck().get() as number | null) ?? 0;
      const count = Math.min(AT_ONCE, Math.ceil(rows / ROWS_A_NOTIFICATION) - written);
      database.transaction(() => {
        rounds.run({ count, at: before + written });
        changes.run({ after });
        reports.run({ after });
      })();
    }
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
