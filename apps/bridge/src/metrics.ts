import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { StorePressure, Summary, Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';

/** What the bridge counts. Labels are column ids, message names, codes and endpoints as configured; never phone numbers, GUIDs or addresses. */
export interface Metrics {
  /** A message or fault that came in, and what became of it. */
  received(columnId: string, message: string, result: string): void;
  /** A report or popup that was sent, and the evidence of it. */
  sent(columnId: string, message: string, evidence: string): void;
  /** A tolerance that was needed. */
  tolerated(columnId: string, code: string): void;
  /** A connection that was not let in, or that we ended. */
  connection(columnId: string, what: string): void;
  /** How a notification call ended. */
  callEnded(columnId: string, outcome: string): void;
  /** From a SayText's arrival to its answer being decided, seconds. */
  accepted(columnId: string, seconds: number): void;
  /** An announcement that was answered: heard to its end, or cut by a hang-up or a failure. */
  announced(columnId: string, result: 'heard' | 'cut'): void;
  /** What the driver of the PBX survived, by its code. */
  pbxWarning(code: string): void;
  /** Whether the last calls over a trunk ended without ringing; undefined: it is not configured any more. */
  trunkAlarm(endpoint: string, on: boolean | undefined): void;
  /** Media type of `scrape`. */
  readonly contentType: string;
  /** All of it as Prometheus reads it; what only the database knows is absent while that does not answer. */
  scrape(): Promise<string>;
}

/** What a scrape sees of the bridge besides its counts. */
export interface ScrapedState {
  readonly ready: boolean;
  readonly databaseWorks: boolean;
  readonly storePressure: StorePressure | undefined;
  readonly pbxState: (typeof PBX_STATES)[number];
  columns(): readonly { readonly column: { readonly id: string }; readonly navigator: { readonly state: 'unknown' | 'up' | 'down' } }[];
}

const PBX_STATES = ['connecting', 'ready', 'away', 'standby'] as const;
const PRESSURES = { none: 0, low: 1, full: 2 } as const satisfies Record<StorePressure, number>;
/** A database that is away must not keep a scrape waiting: Prometheus gives up after 10 s, and then nothing at all is known. */
const SUMMARY_MS = 2_000;

/** Metrics with the prefix `taxinav_`, in a registry of their own; what the store and the bridge know is read when they are scraped. */
export function createMetrics(
  tracker: Pick<Tracker, 'summary'>,
  { clock, state }: { readonly clock: Pick<Clock, 'sleep'>; readonly state: () => ScrapedState },
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'taxinav_' });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name: `taxinav_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const received = counter('messages_received_total', 'Messages and faults received from Taxi Navigator', ['column', 'message', 'result']);
  const sent = counter('messages_sent_total', 'Messages sent to Taxi Navigator, by evidence', ['column', 'message', 'evidence']);
  const tolerated = counter('tolerances_total', 'Deviations from the document that were accepted', ['column', 'code']);
  const connections = counter('connections_total', 'Connections refused or ended', ['column', 'reason']);
  const calls = counter('call_results_total', 'Notification calls by outcome', ['column', 'outcome']);
  const announcements = counter('announcements_total', 'Announcements that were answered, by how far they were heard', [
    'column',
    'result',
  ]);
  const warnings = counter('pbx_warnings_total', 'What the driver of the PBX survived', ['code']);
  const alarms = new Gauge({
    name: 'taxinav_trunk_alarm',
    help: '1 while the last calls over a trunk ended without ringing',
    labelNames: ['endpoint'],
    registers: [registry],
  });
  const accepting = new Histogram({
    name: 'taxinav_accept_duration_seconds',
    help: 'From a SayText to the decision on it, stored',
    labelNames: ['column'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers: [registry],
  });
  const gauge = (name: string, help: string): Gauge<'column'> =>
    new Gauge({ name: `taxinav_${name}`, help, labelNames: ['column'], registers: [registry] });
  const queued = gauge('notifications_queued', 'Notifications that wait for a call');
  const dialling = gauge('notifications_dialling', 'Notifications being dialled');
  const owed = gauge('reports_owed', 'Statuses not delivered yet');
  const oldest = gauge('report_oldest_timestamp_seconds', 'When the oldest undelivered status changed; absent when none is owed');
  const dead = gauge('dead_letters', 'Statuses given up');
  const channels = gauge('channels_in_use', 'Outside legs alive');
  const navigators = gauge('navigator_up', 'Whether the status address of a column accepts connections; absent until something was sent');
  const one = (name: string, help: string): Gauge => new Gauge({ name: `taxinav_${name}`, help, registers: [registry] });
  const isReady = one('ready', '1 while ports are open and SayText can be accepted');
  const database = one('database_up', '1 while the database takes writes, by the last 12 s');
  const pressure = one(
    'store_pressure',
    'Room for the database: 0 enough, 1 nearly full, 2 full (from 1 on SayText are refused); absent where the bridge does not see the disk',
  );
  const pbx = new Gauge({
    name: 'taxinav_pbx_state',
    help: '1 for the state that the PBX is in; standby: another node uses it',
    labelNames: ['state'],
    registers: [registry],
  });
  const lookAt = (seen: ScrapedState): void => {
    const room = seen.storePressure === undefined || seen.storePressure === 'none';
    isReady.set(seen.ready && room ? 1 : 0);
    database.set(seen.databaseWorks ? 1 : 0);
    if (seen.storePressure === undefined) pressure.remove();
    else pressure.set(PRESSURES[seen.storePressure]);
    for (const each of PBX_STATES) pbx.set({ state: each }, seen.pbxState === each ? 1 : 0);
    navigators.reset();
    for (const { column, navigator } of seen.columns())
      if (navigator.state !== 'unknown') navigators.set({ column: column.id }, navigator.state === 'up' ? 1 : 0);
  };
  one('up', '1 while the bridge runs').set(1);
  return {
    contentType: registry.contentType,
    async scrape() {
      // Before the registry is asked: it takes each gauge's values as they are at that moment. One read serves them all.
      const summary = await within(SUMMARY_MS, tracker.summary(), clock);
      lookAt(state());
      for (const each of [queued, dialling, owed, oldest, dead, channels]) each.reset();
      const idle = { queued: 0, dialling: 0, reportsOwed: 0, deadLetters: 0, channelsInUse: 0 };
      const known = Object.fromEntries(
        state()
          .columns()
          .map(({ column }): [string, Summary['columns'][string]] => [column.id, idle]),
      );
      const columns = summary === undefined ? {} : { ...known, ...summary.columns };
      for (const [column, numbers] of Object.entries(columns)) {
        queued.set({ column }, numbers.queued);
        dialling.set({ column }, numbers.dialling);
        owed.set({ column }, numbers.reportsOwed);
        dead.set({ column }, numbers.deadLetters);
        channels.set({ column }, numbers.channelsInUse);
        if (numbers.oldestReportAt !== undefined) oldest.set({ column }, numbers.oldestReportAt / 1_000);
      }
      return await registry.metrics();
    },
    received: (column, message, result) => received.inc({ column, message, result }),
    sent: (column, message, evidence) => sent.inc({ column, message, evidence }),
    tolerated: (column, code) => tolerated.inc({ column, code }),
    connection: (column, reason) => connections.inc({ column, reason }),
    callEnded: (column, outcome) => calls.inc({ column, outcome }),
    announced: (column, result) => announcements.inc({ column, result }),
    pbxWarning: (code) => warnings.inc({ code }),
    trunkAlarm: (endpoint, on) => (on === undefined ? alarms.remove({ endpoint }) : alarms.set({ endpoint }, on ? 1 : 0)),
    accepted: (column, seconds) => accepting.observe({ column }, seconds),
  };
}

/** Undefined where the database does not answer in time, or refuses: what it counts is then absent, and the rest is still told. */
async function within(ms: number, reading: Promise<Summary>, clock: Pick<Clock, 'sleep'>): Promise<Summary | undefined> {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then(
    () => undefined,
    () => undefined,
  );
  const read = reading.catch(() => undefined);
  const summary = await Promise.race([read, late]);
  over.abort();
  return summary;
}
