import type { Anomaly } from './checker.ts';
import type { Stored } from './database.ts';
import type { PhoneCall } from './phone-network.ts';

/** What the PBX's own journal must agree with. */
export interface PhoneEvidence {
  /** The PBX's. */
  readonly calls: readonly PhoneCall[];
  /** What the database holds after the drain. */
  readonly stored: Stored;
  /** The phone of each GUID, as it was sent. */
  readonly phones: ReadonlyMap<string, string>;
  /** Phones that may be called at once: `dialling.channels`. */
  readonly channels: number;
}

/** What the phones say of a run. */
export interface PhoneReport {
  readonly calls: number;
  /** Attempts that reached a phone. */
  readonly attempts: number;
  /** Phones called at once, at most. */
  readonly mostAtOnce: number;
  readonly anomalies: readonly Anomaly[];
}

/** A phone notices the end of a call a little later than who ended it, milliseconds. */
const LATE_MS = 250;

/** Compares what the phones have seen with what the bridges have stored: the bridges' own words have no part in it. */
export function checkPhones({ calls, stored, phones, channels }: PhoneEvidence): PhoneReport {
  const anomalies: Anomaly[] = [];
  const attempts = new Map(stored.attempts.map((attempt) => [attempt.callId, attempt]));
  const byChannel = Map.groupBy(calls, ({ channelId }) => channelId);
  for (const [channelId, made] of byChannel) {
    const attempt = attempts.get(callIdOf(channelId));
    const column = attempt?.column ?? '';
    if (attempt === undefined && calledBySayText(channelId))
      anomalies.push({ column, subject: channelId, why: 'no attempt is stored for it' });
    if (made.length > 1) anomalies.push({ column, subject: channelId, why: `the PBX was asked ${made.length} times` });
    const asked = attempt === undefined ? undefined : phones.get(attempt.guid);
    if (asked !== undefined && made.some(({ phone }) => phone !== asked)) {
      anomalies.push({ column, subject: channelId, why: `called ${made[0]?.phone} in place of ${asked}` });
    }
  }
  for (const [phone, made] of Map.groupBy(calls, (call) => call.phone)) {
    for (const [index, call] of made.entries()) {
      const other = made.slice(0, index).find((before) => (before.endedAt ?? Infinity) > call.beganAt + LATE_MS);
      if (other !== undefined) {
        anomalies.push({ column: '', subject: phone, why: `called as ${call.channelId} while ${other.channelId} was under way` });
      }
    }
  }
  const answered = new Set(calls.filter(({ answeredAt }) => answeredAt !== undefined).map(({ channelId }) => callIdOf(channelId)));
  for (const [key, changes] of Map.groupBy(stored.changes, ({ column, guid }) => `${column} ${guid}`)) {
    const [change] = changes;
    if (change === undefined || !changes.some(({ status }) => status === 'Done')) continue;
    const own = stored.attempts.filter(({ column, guid }) => `${column} ${guid}` === key);
    if (!own.some(({ callId }) => answered.has(callId))) {
      anomalies.push({ column: change.column, subject: change.guid, why: 'Done, and no phone was answered for it' });
    }
  }
  const mostAtOnce = atOnce(calls);
  if (mostAtOnce > channels) {
    anomalies.push({ column: '', subject: 'dialling.channels', why: `${mostAtOnce} phones were called at once, of ${channels} channels` });
  }
  return {
    calls: calls.length,
    attempts: [...byChannel.keys()].filter((channelId) => attempts.has(callIdOf(channelId))).length,
    mostAtOnce,
    anomalies,
  };
}

/** Attempts are numbered; a Dial or Conference has a letter before its number. */
function calledBySayText(channelId: string): boolean {
  return /^taxinav-[0-9a-f]+-\d+-1$/.test(channelId);
}

/** A call's channels have its id and the number of the leg. */
function callIdOf(channelId: string): string {
  return channelId.replace(/-[12]$/, '');
}

function atOnce(calls: readonly PhoneCall[]): number {
  const steps = calls.flatMap(({ beganAt, endedAt = Infinity }) => [
    { at: beganAt + LATE_MS, by: 1 },
    { at: Math.max(endedAt, beganAt + LATE_MS), by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of steps.toSorted((one, other) => one.at - other.at || one.by - other.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
