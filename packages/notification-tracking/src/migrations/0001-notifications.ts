import { inPostgresWords } from './in-postgres-words.ts';
import type { Migration } from './migration.ts';

const tables = [
  `create table setting (
    key text not null primary key,
    value text not null
  )`,
  `create table round (
    id integer primary key autoincrement,
    column_id text not null,
    canonical_guid text not null,
    guid text not null,
    round integer not null,
    latest integer not null check (latest in (0, 1)),
    phone text,
    text text,
    peer text not null,
    granted integer not null check (granted in (0, 1)),
    state text not null check (state in ('waiting', 'queued', 'claimed', 'dialling', 'final')),
    "end" text check ("end" in ('result', 'expired', 'canceled', 'superseded', 'inbound', 'refused', 'unspeakable')),
    reason text,
    status text not null check (status in ('Queued', 'Active', 'Done', 'Busy', 'Unreachable', 'Unanswered', 'Canceled')),
    changed_at integer not null,
    accepted_at integer not null,
    expires_at integer not null,
    next_attempt_at integer,
    attempts integer not null,
    unreachable integer not null,
    extra_attempts integer not null,
    trunk_troubles integer not null,
    was_active integer not null check (was_active in (0, 1)),
    last_result text,
    end_requested text check (end_requested in ('canceled', 'inbound')),
    stale_claim integer not null check (stale_claim in (0, 1)),
    claimed_at integer,
    node text,
    token integer,
    check ((state = 'final') = ("end" is not null))
  )`,
  `create table attempt (
    attempt integer primary key autoincrement,
    round_id integer not null references round (id),
    column_id text not null,
    phone text,
    call_id text,
    node text not null,
    token integer not null,
    started_at integer not null,
    taken_at integer,
    rang_at integer,
    progress_at integer,
    answered_at integer,
    ended_at integer,
    outcome text,
    detail text,
    counted integer not null check (counted in (0, 1))
  )`,
  `create table status_change (
    change integer primary key autoincrement,
    round_id integer not null references round (id),
    status text not null,
    final integer not null check (final in (0, 1)),
    changed_at integer not null
  )`,
  `create table report (
    report_id integer primary key autoincrement,
    change integer not null references status_change (change),
    column_id text not null,
    canonical_guid text not null,
    guid text not null,
    status text not null,
    final integer not null check (final in (0, 1)),
    changed_at integer not null,
    repeat integer not null check (repeat in (0, 1)),
    state text not null check (state in ('pending', 'claimed', 'delivered', 'dead', 'superseded')),
    head integer not null check (head in (0, 1)),
    tries integer not null,
    refusals integer not null,
    last_evidence text,
    owed_at integer not null,
    next_try_at integer not null,
    settled_at integer,
    claimed_at integer,
    node text,
    token integer,
    check ((settled_at is null) = (state in ('pending', 'claimed')))
  )`,
  `create table acknowledging_address (
    address text not null primary key,
    since integer not null
  )`,
  `create table call (
    id integer primary key autoincrement,
    kind text not null check (kind in ('Call', 'Dial', 'Conference')),
    column_id text not null,
    peer text not null,
    phone1 text,
    phone2 text,
    call_id text,
    legs integer not null,
    node text,
    token integer,
    started_at integer not null,
    ended_at integer,
    outcome text,
    detail text
  )`,
  `create table call_leg (
    id integer primary key autoincrement,
    call integer not null references call (id),
    column_id text not null,
    phone text not null,
    started_at integer not null,
    ended_at integer
  )`,
  `create table column_turn (
    column_id text not null primary key,
    turn integer not null
  )`,
  `create table node (
    node text not null primary key,
    token integer not null,
    beat integer not null
  )`,
];

const indexes = [
  `create unique index round_key on round (canonical_guid, column_id, round)`,
  `create unique index status_change_final on status_change (round_id) where final = 1`,
  `create index round_queue on round (column_id, next_attempt_at, id) where state = 'queued'`,
  `create index round_expiry on round (expires_at) where state = 'queued'`,
  `create index round_claim on round (claimed_at) where state = 'claimed'`,
  `create index round_open on round (column_id, state, accepted_at) where state <> 'final'`,
  `create index round_phone on round (phone, id)`,
  `create index round_peer on round (peer, accepted_at) where granted = 1`,
  `create index round_status on round (status, id) where latest = 1`,
  `create index round_text on round (accepted_at) where text is not null`,
  `create index round_number on round (accepted_at) where phone is not null`,
  `create index attempt_round on attempt (round_id)`,
  `create unique index attempt_call on attempt (call_id)`,
  `create unique index attempt_live on attempt (phone) where ended_at is null`,
  `create index attempt_phone on attempt (phone, started_at)`,
  `create index status_change_round on status_change (round_id)`,
  `create index report_key on report (canonical_guid, column_id, report_id)`,
  `create index report_due on report (column_id, next_try_at, report_id) where head = 1 and state = 'pending'`,
  `create index report_owed on report (report_id, column_id, changed_at) where settled_at is null`,
  `create index report_claim on report (claimed_at) where state = 'claimed'`,
  `create index report_dead on report (report_id, column_id) where state = 'dead'`,
  `create unique index call_call on call (call_id)`,
  `create index call_live on call (column_id) where ended_at is null`,
  `create index call_number on call (started_at) where phone1 is not null`,
  `create index call_peer on call (peer, started_at)`,
  `create index call_leg_phone on call_leg (phone, started_at)`,
  `create index call_leg_call on call_leg (call)`,
  `create index call_leg_live on call_leg (column_id) where ended_at is null`,
];

/** The first schema: notifications, reports, the call log, controls. */
export const NOTIFICATIONS: Migration = {
  name: '0001-notifications',
  statements: { sqlite: [...tables, ...indexes], postgres: inPostgresWords([...tables, ...indexes]) },
};
