import type { LogEntry } from './bridge-process.ts';
import type { Stored, StoredChange } from './database.ts';
import type { LoadEntry } from './load.ts';
import type { NavigatorEntry } from './navigator.ts';
import { canBeFinal, STATUSES, StatusOrder, type SeenStatus, type Status } from './order.ts';

/** The journals of a run, as they were kept by each side for itself. */
export interface Evidence {
  /** The dispatcher's. */
  readonly load: readonly LoadEntry[];
  /** The Taxi Navigator's, by column. */
  readonly navigators: Readonly<Record<string, readonly NavigatorEntry[]>>;
  /** What the bridge logged, all its processes one after another. */
  readonly log: readonly LogEntry[];
  /** What its database holds after the drain. */
  readonly stored: Stored;
}

/** One thing that must not be. */
export interface Anomaly {
  readonly column: string;
  /** A GUID, or a call id. */
  readonly subject: string;
  readonly why: string;
}

/** What goes in must come out: the words are those of Jepsen's total-queue checker; README.md says what each means here. */
export interface Report {
  /** GUIDs that were sent, accepted, accepted though an answer stayed away once, and refused. */
  readonly sent: number;
  readonly accepted: number;
  readonly recovered: number;
  readonly refused: number;
  /** Statuses received, repeats included. */
  readonly statuses: number;
  /** Byte-identical repeats; at-least-once allows them after a crash or a delivery in doubt. */
  readonly duplicated: number;
  /** Attempts stored, and calls the bridge asked the PBX for. */
  readonly attempts: number;
  readonly calls: number;
  readonly lost: readonly Anomaly[];
  readonly unexpected: readonly Anomaly[];
  readonly inverted: readonly Anomaly[];
  /** A call id asked for more than once, or without an attempt stored before; an attempt's serial used twice. */
  readonly doubleCalls: readonly Anomaly[];
  /** What Taxi Navigator was told is not what the database holds. */
  readonly different: readonly Anomaly[];
}

/** The form in which a SayTextStatus leaves, to the byte. Source: [TN-14, reading 23]. */
const STRICT =
  /^Message: SayTextStatus\r\nGuid: [^\r\n]*[^\r\n ]\r\nStatus: [A-Za-z]+\r\nStatusChangedTime: (\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)\r\n\r\n$/;

/** Compares the journals. The bridge must have run in the time zone UTC, so that wall clock times can be compared. */
export function check(evidence: Evidence): Report {
  const said = saidByGuid(evidence.load);
  const lost: Anomaly[] = [];
  const unexpected: Anomaly[] = [];
  const inverted: Anomaly[] = [];
  const different: Anomaly[] = [];
  const seen = new Map<string, SeenStatus[]>();
  let statuses = 0;
  let duplicated = 0;
  for (const [column, entries] of Object.entries(evidence.navigators)) {
    const orders = new Map<string, StatusOrder>();
    for (const entry of entries) {
      if (entry.event !== 'block' || entry.message === 'Call') continue;
      statuses += 1;
      const subject = entry.guid ?? '';
      const key = keyOf(column, subject);
      const asked = said.get(key);
      const status = readStatus(entry);
      if (typeof status === 'string') {
        unexpected.push({ column, subject, why: status });
        continue;
      }
      if (asked === undefined) {
        unexpected.push({ column, subject, why: `${status.status} for a GUID that was never sent to this column in this spelling` });
        continue;
      }
      const order = orders.get(key) ?? new StatusOrder(asked.sent > 1);
      orders.set(key, order);
      const verdict = order.take(status);
      if (verdict === 'repeat') duplicated += 1;
      else seen.set(key, [...(seen.get(key) ?? []), status]);
      if (typeof verdict === 'object') inverted.push({ column, subject, why: verdict.wrong });
    }
  }
  const changes = Map.groupBy(evidence.stored.changes, ({ column, guid }) => keyOf(column, guid));
  for (const [key, { column, guid, accepted, sent }] of said) {
    const last = seen.get(key)?.at(-1);
    if (accepted && (last === undefined || !canBeFinal(last.status))) {
      lost.push({ column, subject: guid, why: last === undefined ? 'accepted, and no status came' : `its last status is ${last.status}` });
    }
    if (sent === 0) continue;
    const why = difference(seen.get(key) ?? [], changes.get(key) ?? []);
    if (why !== undefined) different.push({ column, subject: guid, why });
  }
  const asked = [...said.values()];
  return {
    sent: asked.filter(({ sent }) => sent > 0).length,
    accepted: asked.filter(({ accepted }) => accepted).length,
    recovered: asked.filter(({ accepted, unknown }) => accepted && unknown).length,
    refused: asked.filter(({ accepted, refused }) => refused && !accepted).length,
    statuses,
    duplicated,
    attempts: evidence.stored.attempts.length,
    calls: evidence.log.filter(isCall).length,
    lost,
    unexpected,
    inverted,
    doubleCalls: doubleCalls(evidence),
    different,
  };
}

/** Everything that must not be, in one list. */
export function anomalies({ lost, unexpected, inverted, doubleCalls, different }: Report): readonly string[] {
  return Object.entries({ lost, unexpected, inverted, doubleCalls, different }).flatMap(([kind, found]) =>
    found.map(({ column, subject, why }) => `${kind}: ${column} ${subject}: ${why}`),
  );
}

/** The report in one line. */
export function summarize(report: Report): string {
  const { sent, accepted, recovered, statuses, duplicated, attempts, calls, lost, unexpected, inverted, doubleCalls, different } = report;
  return [
    `${sent} sent, ${accepted} accepted (${recovered} recovered), ${statuses} statuses`,
    `${attempts} attempts, ${calls} calls`,
    `${lost.length} lost, ${unexpected.length} unexpected, ${duplicated} duplicated, ${inverted.length} inverted`,
    `${doubleCalls.length} double calls, ${different.length} different`,
  ].join('; ');
}

interface Said {
  readonly column: string;
  readonly guid: string;
  sent: number;
  accepted: boolean;
  refused: boolean;
  unknown: boolean;
}

function saidByGuid(load: readonly LoadEntry[]): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const { column, guid, event } of load) {
    const key = keyOf(column, guid);
    const one = said.get(key) ?? { column, guid, sent: 0, accepted: false, refused: false, unknown: false };
    said.set(key, one);
    one.sent += event === 'sent' ? 1 : 0;
    one.accepted ||= event === 'accepted';
    one.refused ||= event === 'refused';
    one.unknown ||= event === 'unknown';
  }
  return said;
}

function keyOf(column: string, guid: string): string {
  return `${column} ${guid}`;
}

function readStatus({ bytes, status }: Extract<NavigatorEntry, { event: 'block' }>): SeenStatus | string {
  const match = STRICT.exec(bytes);
  if (match === null) return `not a SayTextStatus in its strict form: ${JSON.stringify(bytes.slice(0, 300))}`;
  if (!isStatus(status)) return `the status ${JSON.stringify(status)} is none of the seven`;
  const [day = 0, month = 0, year = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return { bytes, status, changedAt: Date.UTC(year, month - 1, day, hours, minutes, seconds) };
}

function isStatus(status: string | undefined): status is Status {
  return STATUSES.some((known) => known === status);
}

/** What was told of one GUID against what is stored of it: the same statuses with the same times, and one final at each round's end. */
function difference(told: readonly SeenStatus[], changes: readonly StoredChange[]): string | undefined {
  const written = (list: readonly { readonly status: string; readonly changedAt: number }[]): string =>
    list
      .map(({ status, changedAt }) => `${status} ${new Date(Math.floor(changedAt / 1_000) * 1_000).toISOString().slice(11, 19)}`)
      .join(', ');
  if (written(told) !== written(changes)) return `told ${written(told) || 'nothing'}; stored ${written(changes) || 'nothing'}`;
  for (const [round, ofRound] of Map.groupBy(changes, (change) => change.round)) {
    const finals = ofRound.filter(({ final }) => final).length;
    if (finals !== 1 || ofRound.at(-1)?.final !== true) return `round ${round} has ${finals} final changes: ${written(ofRound)}`;
  }
  return undefined;
}

function isCall({ event }: LogEntry): boolean {
  return event === 'attempt';
}

function doubleCalls({ log, stored }: Evidence): Anomaly[] {
  const found: Anomaly[] = [];
  const attempts = new Map(stored.attempts.map((attempt) => [attempt.callId, attempt]));
  const serials = new Set<number>();
  for (const { attempt, callId, column } of stored.attempts) {
    if (serials.has(attempt) || attempts.get(callId)?.attempt !== attempt) {
      found.push({ column, subject: callId, why: 'two stored attempts share a serial or a call id' });
    }
    serials.add(attempt);
  }
  const runs = new Map<string, number[]>();
  for (const entry of log.filter(isCall)) {
    const callId = String(entry.line['callId']);
    runs.set(callId, [...(runs.get(callId) ?? []), entry.run]);
    if (!attempts.has(callId) && runs.get(callId)?.length === 1) {
      found.push({ column: String(entry.line['column']), subject: callId, why: 'called without a stored attempt' });
    }
  }
  for (const [callId, calls] of runs) {
    if (calls.length > 1) {
      found.push({
        column: attempts.get(callId)?.column ?? '',
        subject: callId,
        why: `called ${calls.length} times, in runs ${calls.join(', ')}`,
      });
    }
  }
  return found;
}
