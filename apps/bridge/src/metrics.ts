import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Tracker } from '@taxinav/notification-tracking';

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
  readonly registry: Registry;
}

/** Metrics with the prefix `taxinav_`, in a registry of their own; what the store knows is read when they are scraped. */
export function createMetrics(tracker: Pick<Tracker, 'summary'>): Metrics {
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
  // One gauge asks for all of them, so that a scrape is one read.
  new Gauge({
    name: 'taxinav_up',
    help: '1 while the bridge runs',
    registers: [registry],
    async collect() {
      this.set(1);
      const summary = await tracker.summary();
      for (const each of [queued, dialling, owed, oldest, dead, channels]) each.reset();
      for (const [column, numbers] of Object.entries(summary.columns)) {
        queued.set({ column }, numbers.queued);
        dialling.set({ column }, numbers.dialling);
        owed.set({ column }, numbers.reportsOwed);
        dead.set({ column }, numbers.deadLetters);
        channels.set({ column }, numbers.channelsInUse);
        if (numbers.oldestReportAt !== undefined) oldest.set({ column }, numbers.oldestReportAt / 1_000);
      }
    },
  });
  return {
    registry,
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
