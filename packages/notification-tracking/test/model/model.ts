// oxlint-disable vitest/no-standalone-expect -- these are the assertions of the model test
import { expect } from 'vitest';
import type { NotificationStatus } from '@taxinav/codec';
import type { Change, Report, TrackingPolicy } from '../../src/index.ts';

/** What Taxi Navigator has to be told next about a GUID. */
interface Owed {
  readonly status: NotificationStatus;
  readonly changedAt: number;
  readonly repeat: boolean;
}

/** A number and a text. */
export interface Content {
  readonly phone: string;
  readonly text: string;
}

/** One GUID in one column, as somebody outside sees it. */
interface KnownGuid {
  /** What each round is to say to whom. */
  readonly content: Map<number, Content>;
  readonly changes: Change[];
  readonly owed: Owed[];
  /** A report of it is with a sender. */
  inFlight: number | undefined;
  rounds: number;
  /** Rounds that were cancelled or reached by inbound: they never wait for a call again. */
  readonly ending: Set<number>;
}

/** An outside leg, as the PBX sees it. */
export interface Leg {
  readonly columnId: string;
  readonly phone: string;
  readonly route: string;
}

/** From which status which may follow within a round; the first row is what a round starts with. Source: [TN-16, reading 31]. */
const FOLLOWING: Readonly<Record<NotificationStatus | 'nothing', readonly NotificationStatus[]>> = {
  nothing: ['Queued', 'Canceled'],
  Queued: ['Active', 'Canceled', 'Busy', 'Unanswered', 'Unreachable'],
  Active: ['Done', 'Busy', 'Unanswered', 'Unreachable', 'Queued'],
  Busy: ['Queued'],
  Unanswered: ['Queued'],
  Unreachable: ['Queued'],
  Done: [],
  Canceled: [],
};

/** What must be true whatever is done to a tracker: the part of the rules that Taxi Navigator, the PBX and the passenger can check. */
export class Model {
  readonly guids = new Map<string, KnownGuid>();
  /** Claimed rounds and live calls. */
  readonly claims = new Map<number, Leg & { readonly at: number; readonly key: string; readonly text: string }>();
  readonly attempts = new Map<string, Leg & { readonly roundId: number; answered: boolean }>();
  readonly calls = new Map<string, readonly Leg[]>();
  readonly originated = new Set<string>();
  /** Legs placed, by phone: when each began. */
  readonly placed = new Map<string, Map<string, number>>();
  enabled = true;

  known(key: string): KnownGuid {
    let guid = this.guids.get(key);
    if (guid === undefined) {
      guid = { content: new Map(), changes: [], owed: [], inFlight: undefined, rounds: 0, ending: new Set() };
      this.guids.set(key, guid);
    }
    return guid;
  }

  /** The newest round of a GUID has told something and is final. */
  isFinal(key: string): boolean {
    const { changes, rounds } = this.known(key);
    const last = changes.at(-1);
    return last !== undefined && last.final && last.round === rounds;
  }

  /** The rounds of a GUID that are not final: the newest, and an older one whose call is alive. */
  alive(key: string): number[] {
    const { changes, rounds } = this.known(key);
    return [rounds - 1, rounds].filter((round) => round > 0 && !changes.some((change) => change.round === round && change.final));
  }

  /** These rounds are to end with the call that is alive, if there is one. */
  ends(key: string, rounds: readonly number[]): void {
    for (const round of rounds) this.known(key).ending.add(round);
  }

  /** A status has changed. */
  changed(key: string, change: Change): void {
    const guid = this.known(key);
    const last = guid.changes.at(-1);
    const ofRound = guid.changes.filter((other) => other.round === change.round);
    const before = ofRound.at(-1);
    expect(FOLLOWING[before?.status ?? 'nothing'], `${key}: ${before?.status} is followed by ${change.status}`).toContain(change.status);
    expect(before?.final ?? false, `${key}: round ${change.round} goes on after its final status`).toBe(false);
    if (last !== undefined) {
      expect(change.changedAt, `${key}: time decreases`).toBeGreaterThanOrEqual(last.changedAt);
      expect(change.change).toBeGreaterThan(last.change);
      if (last.round !== change.round) {
        expect(change.round, `${key}: rounds follow each other`).toBe(last.round + 1);
        expect(last.final, `${key}: round ${change.round} starts before its older one is final`).toBe(true);
      }
    }
    if (change.status === 'Canceled') {
      expect(change.final).toBe(true);
      expect(
        ofRound.some((other) => other.status === 'Active'),
        `${key}: Canceled after Active`,
      ).toBe(false);
    }
    if (change.status === 'Done') expect(change.final).toBe(true);
    if (change.status === 'Queued' || change.status === 'Active') expect(change.final).toBe(false);
    if (before?.status === 'Queued' && !['Active', 'Canceled'].includes(change.status)) {
      const result = ofRound.findLast((other) => !['Queued', 'Active'].includes(other.status));
      expect(ofRound.some((other) => other.status === 'Active')).toBe(true);
      expect(change.final).toBe(true);
      if (result !== undefined) expect(change.status, `${key}: ends with another result than its last`).toBe(result.status);
    }
    if (change.status === 'Queued' && before !== undefined) {
      expect(guid.ending.has(change.round), `${key}: Queued again though cancelled or reached by inbound`).toBe(false);
      expect(change.round, `${key}: Queued again before a newer round`).toBe(guid.rounds);
    }
    guid.changes.push(change);
    guid.owed.push({ status: change.status, changedAt: change.changedAt, repeat: false });
  }

  /** The status last owed is owed once more. */
  repeated(key: string): void {
    const guid = this.known(key);
    const last = guid.changes.at(-1);
    if (last === undefined) throw new Error(`${key} repeats nothing`);
    guid.owed.push({ status: last.status, changedAt: last.changedAt, repeat: true });
  }

  /** A report was given to a sender. */
  claimed(key: string, report: Report): void {
    const guid = this.known(key);
    expect(guid.inFlight, `${key}: two reports under way`).toBeUndefined();
    const { status, changedAt, repeat } = report;
    expect({ status, changedAt, repeat }, `${key}: not the report that is next`).toEqual(guid.owed[0]);
    guid.inFlight = report.reportId;
  }

  /** A report's sending was judged. */
  settled(key: string, settled: boolean): void {
    const guid = this.known(key);
    guid.inFlight = undefined;
    if (settled) guid.owed.shift();
  }

  /** What the PBX has to carry, and one live call per phone. */
  checkLegs(policy: TrackingPolicy): void {
    const attempts = [...this.attempts.values()];
    const legs = [...attempts, ...[...this.calls.values()].flat()];
    const { channels, reserve, columns, routes = {} } = policy.capacity;
    expect(legs.length, 'channels in all').toBeLessThanOrEqual(channels);
    expect(attempts.length, 'notifications leave the reserve free').toBeLessThanOrEqual(channels - reserve);
    for (const leg of legs) {
      const ofColumn = legs.filter((other) => other.columnId === leg.columnId).length;
      expect(ofColumn, `channels of ${leg.columnId}`).toBeLessThanOrEqual(columns[leg.columnId] ?? channels);
      const ofRoute = legs.filter((other) => other.route === leg.route).length;
      expect(ofRoute, `channels of ${leg.route}`).toBeLessThanOrEqual(routes[leg.route] ?? channels);
    }
    expect(new Set(attempts.map((leg) => leg.phone)).size, 'one live call per phone').toBe(attempts.length);
  }

  /** A leg was placed; its phone's limit must have had room. */
  place(phone: string, id: string, now: number, limit: number): void {
    const legs = this.placed.get(phone) ?? new Map<string, number>();
    legs.set(id, now);
    this.placed.set(phone, legs);
    const lastHour = [...legs.values()].filter((at) => at > now - 3_600_000).length;
    expect(lastHour, `calls to ${phone} in an hour`).toBeLessThanOrEqual(limit);
  }

  /** Every round of every GUID is final, once. */
  checkAllFinal(): void {
    for (const [key, guid] of this.guids) {
      for (let round = 1; round <= guid.rounds; round += 1) {
        const finals = guid.changes.filter((change) => change.round === round && change.final).length;
        expect(finals, `${key}: final statuses of round ${round}`).toBe(1);
      }
    }
  }
}
