import type { Guid, PhoneNumber } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY } from '../../src/index.ts';
import type {
  AcceptCommand,
  AcceptResult,
  AttemptOutcome,
  AttemptProgress,
  ClaimedCall,
  NotificationHistory,
  Report,
  ReportEvidence,
  Round,
  Store,
  Tracker,
  TrackerEvent,
  TrackingPolicy,
} from '../../src/index.ts';

/** What a test changes of the policy. */
export type PolicyChange = { readonly [Part in keyof TrackingPolicy]?: Partial<TrackingPolicy[Part]> };

/** The n-th GUID of a test. */
export function guid(n: number): Guid {
  return `6F9619FF-8B86-D011-B42D-${String(n).padStart(12, '0')}` as Guid;
}

/** The n-th phone of a test. */
export function phone(n: number): PhoneNumber {
  return `+38067${String(n).padStart(7, '0')}` as PhoneNumber;
}

/** Where a desk stands beside others at the same store. */
export interface DeskPlace {
  /** Begins the names of its columns. */
  readonly name?: string;
  /** Its GUIDs are counted from here. */
  readonly firstGuid?: number;
  readonly now?: number;
}

/** One node's desk: a tracker with a turned clock, and the walks through it that tests repeat. Leaves no call alive. */
export class Desk implements AsyncDisposable {
  readonly tracker: Tracker;
  readonly events: TrackerEvent[] = [];
  readonly owner = { node: 'bridge-1', token: 0 };
  readonly north: string;
  readonly south: string;
  readonly address: string;
  policy: TrackingPolicy = DEFAULT_POLICY;
  now: number;
  readonly #firstGuid: number;

  constructor(store: Store, change: PolicyChange = {}, { name = '', firstGuid = 0, now = 1_000_000 }: DeskPlace = {}) {
    this.north = `${name}north`;
    this.south = `${name}south`;
    this.address = `${name}127.0.0.1:6001`;
    this.now = now;
    this.#firstGuid = firstGuid;
    this.setPolicy(change);
    this.tracker = createTracker(store, () => this.policy);
    this.tracker.onEvent((event) => this.events.push(event));
  }

  /** Its n-th GUID. */
  guid(n: number): Guid {
    return guid(this.#firstGuid + n);
  }

  /** Ends what is alive, so that the next desk at this store finds every channel free. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.tracker.setDialling({ now: this.now, enabled: true });
    const { attempts, calls } = await this.tracker.recover({ now: this.now, ...this.owner });
    for (const { callId } of attempts) await this.end(callId, 'lost');
    for (const { callId } of calls) await this.tracker.closeCall({ now: this.now, callId, outcome: 'lost' });
    this.now += 2 * this.policy.redial.timeToLiveMs;
    await this.claim();
  }

  setPolicy(change: PolicyChange): void {
    this.policy = {
      redial: { ...this.policy.redial, ...change.redial },
      delivery: { ...this.policy.delivery, ...change.delivery },
      limits: { ...this.policy.limits, ...change.limits },
      capacity: { ...this.policy.capacity, ...change.capacity },
    };
  }

  /** A SayText for GUID n; by default to phone n. */
  accept(n: number, change: Partial<AcceptCommand> = {}): Promise<AcceptResult> {
    return this.tracker.accept({
      now: this.now,
      columnId: this.north,
      guid: this.guid(n),
      phone: phone(n),
      text: 'Your car is here',
      peer: '127.0.0.1',
      ...change,
    });
  }

  async claim(): Promise<ClaimedCall | undefined> {
    return (await this.tracker.claimCall({ now: this.now, ...this.owner })).call;
  }

  /** Claims and starts what is next; its call id. */
  async dial(): Promise<string> {
    const call = await this.claim();
    if (call === undefined) throw new Error('nothing to dial');
    const started = await this.tracker.startAttempt({ now: this.now, ...this.owner, roundId: call.roundId });
    if (started === undefined) throw new Error('the attempt was not started');
    return started.callId;
  }

  progress(callId: string, progress: AttemptProgress): Promise<void> {
    return this.tracker.attemptProgressed({ now: this.now, callId, progress });
  }

  end(callId: string, outcome: AttemptOutcome): Promise<void> {
    return this.tracker.endAttempt({ now: this.now, callId, outcome });
  }

  /** Dials what is next and ends it so. */
  async attempt(outcome: AttemptOutcome, ...progress: readonly AttemptProgress[]): Promise<void> {
    const callId = await this.dial();
    for (const step of progress) await this.progress(callId, step);
    await this.end(callId, outcome);
  }

  async history(n: number, columnId = this.north): Promise<NotificationHistory> {
    const [history] = await this.tracker.find({ guid: this.guid(n), columnId });
    if (history === undefined) throw new Error(`GUID ${n} is not known`);
    return history;
  }

  /** The newest round of GUID n, or another one. */
  async round(n: number, number?: number): Promise<Round> {
    const { rounds } = await this.history(n);
    const round = number === undefined ? rounds.at(-1) : rounds[number - 1];
    if (round === undefined) throw new Error(`GUID ${n} has no round ${number}`);
    return round;
  }

  /** The statuses of GUID n in order over its rounds; a final one ends with `!`. */
  async statuses(n: number, columnId = this.north): Promise<readonly string[]> {
    const { rounds } = await this.history(n, columnId);
    return rounds.flatMap((round) => round.changes.map((change) => change.status + (change.final ? '!' : '')));
  }

  async claimReports(limit = 100, columnId = this.north): Promise<readonly Report[]> {
    return (await this.tracker.claimReports({ now: this.now, ...this.owner, columnId, limit })).reports;
  }

  settle(report: Report, evidence: ReportEvidence, address = this.address) {
    return this.tracker.settleReport({ now: this.now, reportId: report.reportId, evidence, address, random: 0.5 });
  }

  /** Delivers all that is due; the statuses as Taxi Navigator sees them, a repeat in brackets. */
  async deliver(columnId = this.north): Promise<readonly string[]> {
    const seen: string[] = [];
    for (;;) {
      const reports = await this.claimReports(100, columnId);
      if (reports.length === 0) return seen;
      for (const report of reports) {
        seen.push(report.repeat ? `(${report.status})` : report.status);
        await this.settle(report, 'acknowledged');
      }
    }
  }
}
