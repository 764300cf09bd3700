// The thread of `bare-server-subject.ts`: better-sqlite3 alone, the statements of an accept by hand, one transaction a group.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** A SayText on its way: its values, and no names. */
export type BareSayText = readonly [now: number, guid: string, canonicalGuid: string, phone: string, text: string, peer: string];

const WAL_PAGES = 4_000;
const TIME_TO_LIVE_MS = 300_000;

const port = parentPort;
if (port === null) throw new Error('bare-worker is started by bare-server-subject');
const database = new Database(workerData as string);
for (const setting of [
  'synchronous = FULL',
  'temp_store = MEMORY',
  'foreign_keys = ON',
  'wal_autocheckpoint = 0',
  'secure_delete = FAST',
]) {
  database.pragma(setting);
}
const newest = database.prepare('SELECT * FROM round WHERE canonical_guid = ? AND column_id = ? ORDER BY round DESC LIMIT 2');
const dialling = database.prepare(`SELECT value FROM setting WHERE key = 'dialling'`);
const round =
  database.prepare(`INSERT INTO round (column_id, canonical_guid, guid, round, latest, phone, text, peer, granted, state, status, changed_at,
  accepted_at, expires_at, next_attempt_at, attempts, unreachable, extra_attempts, trunk_troubles, was_active, stale_claim)
  VALUES ('north', ?, ?, 1, 1, ?, ?, ?, 1, 'queued', 'Queued', ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)`);
const change = database.prepare(`INSERT INTO status_change (round_id, status, final, changed_at) VALUES (?, 'Queued', 0, ?)`);
const report =
  database.prepare(`INSERT INTO report (change, thread, column_id, canonical_guid, guid, status, final, changed_at, repeat, state, head,
  tries, refusals, owed_at, next_try_at) VALUES (?, ?, 'north', ?, ?, 'Queued', 0, ?, 0, 'pending', 1, 0, 0, ?, ?)`);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const wal = database.prepare('PRAGMA wal_checkpoint(NOOP)');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

port.on('message', (group: readonly BareSayText[]) => {
  begin.run();
  for (const [now, guid, canonicalGuid, phone, text, peer] of group) {
    if (newest.all(canonicalGuid, 'north').length > 0) throw new Error('a GUID came twice');
    dialling.get();
    const id = round.run(canonicalGuid, guid, phone, text, peer, now, now, now + TIME_TO_LIVE_MS, now).lastInsertRowid;
    report.run(change.run(id, now).lastInsertRowid, id, canonicalGuid, guid, now, now, now);
  }
  commit.run();
  port.postMessage(group.length);
  const { log, checkpointed } = wal.get() as { readonly log: number; readonly checkpointed: number };
  if (log - checkpointed >= WAL_PAGES) checkpoint.run();
});
