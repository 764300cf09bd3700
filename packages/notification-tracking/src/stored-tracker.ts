import { randomUUID } from 'node:crypto';
import type { Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { CallLogLine, CallLogOutcome, CallRefusal, OpenedCall } from './call-log.ts';
import {
  checkInteger,
  checkKnown,
  checkName,
  checkNow,
  checkOutcome,
  checkPhone,
  checkSayText,
  checkStatus,
  checkedCursor,
  checkedGuid,
  cut,
} from './command-checks.ts';
import type { CommandResult } from './command.ts';
import type { CallFound } from './commands/attempt.ts';
import type { AbandonedCalls, CallState, LeaseInUse, LeaseState, NodeState, TakenIntent } from './leases.ts';
import type { DiallingSwitch } from './controls.ts';
import { TrackingError } from './errors.ts';
import type { AttemptOutcome, AttemptProgress, NotificationHistory, NotificationLine, Report, ReportEvidence } from './notification.ts';
import type { TrackingPolicy } from './policy.ts';
import type { Store } from './store.ts';
import type {
  AcceptCommand,
  AcceptResult,
  At,
  CancelResult,
  Change,
  ClaimCallResult,
  Guarded,
  Owner,
  Page,
  Recovery,
  SettledReport,
  Summary,
  Tracker,
  TrackerEvent,
} from './tracker.ts';

/** Reports that one claim takes at most. */
const REPORTS_AT_ONCE = 100;
/** Lines of a page: as many as this, unless the query says. */
const PAGE_LINES = 50;
const MOST_PAGE_LINES = 500;
const MOST_CHANGES = 1_000;
const MOST_DAYS = 36_500;

/** A tracker over a store; `policy` is read at every command. The store is the caller's to close. */
export function createTracker(store: Store, policy: () => TrackingPolicy): Tracker {
  return new StoredTracker(store, policy);
}

/** The tracker over a store: checks arguments, adds the policy, hands commands on as plain data, tells of events after the commit. */
class StoredTracker implements Tracker {
  readonly #store: Store;
  readonly #policy: () => TrackingPolicy;
  readonly #listeners = new Set<(event: TrackerEvent) => void>();
  /** Becomes the installation's name if this is a new database. */
  readonly #installationCandidate = randomUUID().slice(0, 8);

  constructor(store: Store, policy: () => TrackingPolicy) {
    this.#store = store;
    this.#policy = policy;
    store.onRemoteEvents?.((events) => {
      for (const event of events) this.#emit(event);
    });
  }

  async #run<Result>(name: string, command: object): Promise<Result> {
    // The store gives back what the command of this name returned; see commands.ts.
    const { result, events } = (await this.#store.run(name, command)) as CommandResult<Result>;
    for (const event of events) this.#emit(event);
    return result;
  }

  async #read<Value>(name: string, query: object): Promise<Value> {
    return (await this.#store.read(name, query)) as Value;
  }

  #emit(event: TrackerEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // What was committed stays true: a listener's failure must not look like a failure to store.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  onEvent(listener: (event: TrackerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async accept(command: AcceptCommand): Promise<AcceptResult> {
    checkSayText(command);
    return this.#run('accept', { ...command, canonicalGuid: checkedGuid(command.guid), policy: this.#policy() });
  }

  async cancel(command: At & { readonly columnId: string; readonly guid: Guid }): Promise<CancelResult> {
    return this.#run('cancel', keyed(command));
  }

  async resend(command: At & { readonly columnId: string; readonly guid: Guid }): Promise<boolean> {
    return this.#run('resend', keyed(command));
  }

  async reachedInbound(command: At & { readonly phone: PhoneNumber }): Promise<number> {
    checkNow(command.now);
    checkPhone('phone', command.phone);
    return this.#run('reachedInbound', command);
  }

  async claimCall(command: At & Owner & { readonly expireOnly?: boolean }): Promise<ClaimCallResult> {
    checkOwner(command);
    return this.#run('claimCall', { ...command, policy: this.#policy() });
  }

  async releaseClaim(
    command: At & { readonly roundId: number; readonly why: 'shutdown' | 'unspeakable'; readonly reason?: string },
  ): Promise<void> {
    checkNow(command.now);
    checkSerial('roundId', command.roundId);
    await this.#run('releaseClaim', { ...command, reason: cut(command.reason) });
  }

  async startAttempt(
    command: At & Owner & { readonly roundId: number },
  ): Promise<{ readonly callId: string; readonly attempt: number } | undefined> {
    checkOwner(command);
    checkSerial('roundId', command.roundId);
    return this.#run('startAttempt', { ...command, policy: this.#policy(), installationCandidate: this.#installationCandidate });
  }

  async attemptTaken(command: At & Guarded & { readonly callId: string }): Promise<void> {
    checkCall(command);
    checkKnown('attemptTaken', command.callId, await this.#run<CallFound>('attemptTaken', command));
  }

  async attemptProgressed(command: At & Guarded & { readonly callId: string; readonly progress: AttemptProgress }): Promise<void> {
    checkCall(command);
    checkKnown('attemptProgressed', command.callId, await this.#run<CallFound>('attemptProgressed', command));
  }

  async endAttempt(
    command: At & Guarded & { readonly callId: string; readonly outcome: AttemptOutcome; readonly detail?: string },
  ): Promise<void> {
    checkCall(command);
    checkOutcome(command.outcome);
    const found = await this.#run<CallFound>('endAttempt', { ...command, detail: cut(command.detail), policy: this.#policy() });
    checkKnown('endAttempt', command.callId, found);
  }

  async claimReports(
    command: At & Owner & { readonly columnId: string; readonly limit: number; readonly holds?: readonly number[] },
  ): Promise<{ readonly reports: readonly Report[]; readonly nextAt?: number }> {
    checkOwner(command);
    checkName('columnId', command.columnId);
    checkInteger('limit', command.limit, 1, REPORTS_AT_ONCE);
    for (const reportId of command.holds ?? []) checkSerial('holds', reportId);
    return this.#run('claimReports', { ...command, policy: this.#policy() });
  }

  async settleReport(
    command: At &
      Guarded & { readonly reportId: number; readonly evidence: ReportEvidence; readonly address: string; readonly random: number },
  ): Promise<SettledReport> {
    checkNow(command.now);
    checkSerial('reportId', command.reportId);
    checkName('address', command.address);
    if (!(command.random >= 0 && command.random < 1)) throw new RangeError(`random must be in [0, 1), got ${command.random}`);
    const settled = await this.#run<SettledReport | undefined>('settleReport', { ...command, policy: this.#policy() });
    if (settled === undefined) {
      throw new TrackingError(
        'TRACKING_COMMAND_INVALID',
        `settleReport: no report ${command.reportId} is known; give one that claimReports returned from this database`,
      );
    }
    return settled;
  }

  async redrive(command: At & { readonly reportId?: number; readonly columnId?: string }): Promise<number> {
    checkNow(command.now);
    if (command.reportId !== undefined) checkSerial('reportId', command.reportId);
    if (command.columnId !== undefined) checkName('columnId', command.columnId);
    return this.#run('redrive', command);
  }

  async openCall(
    command: At &
      Owner & {
        readonly kind: 'Dial' | 'Conference';
        readonly columnId: string;
        readonly peer: string;
        readonly tel1: PhoneNumber;
        readonly tel2?: PhoneNumber;
        readonly route1?: string;
        readonly route2?: string;
        readonly intent?: boolean;
      },
  ): Promise<OpenedCall | CallRefusal> {
    checkOwner(command);
    checkName('columnId', command.columnId);
    checkName('peer', command.peer);
    checkPhone('tel1', command.tel1);
    if (command.tel2 !== undefined) checkPhone('tel2', command.tel2);
    if (command.route1 !== undefined) checkName('route1', command.route1);
    if (command.route2 !== undefined) checkName('route2', command.route2);
    if ((command.kind === 'Conference') !== (command.tel2 !== undefined)) {
      throw new TrackingError('TRACKING_COMMAND_INVALID', `openCall: a Conference has tel1 and tel2, a Dial only tel1`);
    }
    if (command.intent === true && command.lease === undefined) throw new TypeError('openCall: an intent needs the lease of its PBX');
    return this.#run('openCall', { ...command, policy: this.#policy(), installationCandidate: this.#installationCandidate });
  }

  async closeCall(
    command: At & Guarded & { readonly callId: string; readonly outcome: CallLogOutcome; readonly detail?: string },
  ): Promise<void> {
    checkCall(command);
    checkKnown('closeCall', command.callId, await this.#run<CallFound>('closeCall', { ...command, detail: cut(command.detail) }));
  }

  async logCall(
    command: At & {
      readonly kind: 'Call' | 'Dial' | 'Conference';
      readonly columnId: string;
      readonly peer: string;
      readonly numbers: readonly PhoneNumber[];
      readonly outcome: CallLogOutcome;
      readonly detail?: string;
    },
  ): Promise<void> {
    checkNow(command.now);
    checkName('columnId', command.columnId);
    checkName('peer', command.peer);
    checkInteger('numbers.length', command.numbers.length, 0, 2);
    for (const number of command.numbers) checkPhone('numbers', number);
    await this.#run('logCall', { ...command, detail: cut(command.detail) });
  }

  async takeIntents(command: At & Owner & { readonly lease: string }): Promise<readonly TakenIntent[]> {
    checkOwner(command);
    checkName('lease', command.lease);
    return this.#run('takeIntents', command);
  }

  async withdrawIntent(command: At & { readonly callId: string }): Promise<boolean> {
    checkCall(command);
    return this.#run('withdrawIntent', command);
  }

  async callState(query: { readonly callId: string }): Promise<CallState | undefined> {
    checkName('callId', query.callId);
    return this.#read('callState', query);
  }

  async lease(query: { readonly lease: string }): Promise<LeaseState | undefined> {
    checkName('lease', query.lease);
    return this.#read('lease', query);
  }

  async takeLease(
    command: At & { readonly lease: string; readonly node: string; readonly seen?: LeaseState },
  ): Promise<LeaseState | undefined> {
    checkNow(command.now);
    checkName('lease', command.lease);
    checkName('node', command.node);
    return this.#run('takeLease', command);
  }

  async renewLease(command: At & { readonly lease: string; readonly node: string; readonly token: number }): Promise<boolean> {
    checkOwner(command);
    return this.#run('renewLease', command);
  }

  async releaseLease(command: At & { readonly lease: string; readonly node: string; readonly token: number }): Promise<boolean> {
    checkOwner(command);
    return this.#run('releaseLease', command);
  }

  leasesInUse(): Promise<readonly LeaseInUse[]> {
    return this.#read('leasesInUse', {});
  }

  async endAbandoned(command: At & { readonly seen: LeaseState; readonly talks: boolean }): Promise<AbandonedCalls | undefined> {
    const { now, seen, talks } = command;
    checkNow(now);
    checkName('seen.lease', seen.lease);
    if (seen.node !== undefined) checkName('seen.node', seen.node);
    checkInteger('seen.token', seen.token, 0, Number.MAX_SAFE_INTEGER);
    checkInteger('seen.counter', seen.counter, 0, Number.MAX_SAFE_INTEGER);
    if (typeof talks !== 'boolean') throw new TypeError(`talks must be a boolean, got ${typeof talks}`);
    return this.#run('endAbandoned', { ...command, policy: this.#policy() });
  }

  nodes(): Promise<readonly NodeState[]> {
    return this.#read('nodes', {});
  }

  async forgetNode(command: At & { readonly seen: NodeState }): Promise<boolean> {
    checkNow(command.now);
    checkName('seen.node', command.seen.node);
    checkInteger('seen.beat', command.seen.beat, 0, Number.MAX_SAFE_INTEGER);
    return this.#run('forgetNode', command);
  }

  async renew(command: At & Owner): Promise<void> {
    checkOwner(command);
    await this.#run('renew', command);
  }

  async recover(command: At & Owner): Promise<Recovery> {
    checkOwner(command);
    return this.#run('recover', { ...command, installationCandidate: this.#installationCandidate });
  }

  async setDialling(command: At & DiallingSwitch): Promise<void> {
    checkNow(command.now);
    if (typeof command.enabled !== 'boolean') throw new TypeError(`enabled must be a boolean, got ${typeof command.enabled}`);
    if (command.reason !== undefined) checkName('reason', command.reason);
    await this.#run('setDialling', command);
  }

  async shiftTimes(command: At & { readonly byMs: number }): Promise<void> {
    checkNow(command.now);
    checkInteger('byMs', command.byMs, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    await this.#run('shiftTimes', command);
  }

  async retain(command: At & { readonly textDays: number; readonly numberDays: number }): Promise<number> {
    checkNow(command.now);
    checkInteger('textDays', command.textDays, 1, MOST_DAYS);
    checkInteger('numberDays', command.numberDays, 1, MOST_DAYS);
    return this.#run('retain', command);
  }

  async noteHandled(command: At & { readonly phone: PhoneNumber; readonly endpoint: string }): Promise<void> {
    checkNow(command.now);
    checkPhone('phone', command.phone);
    checkName('endpoint', command.endpoint);
    await this.#run('noteHandled', command);
  }

  async handledBy(query: { readonly phone: PhoneNumber }): Promise<string | undefined> {
    checkPhone('phone', query.phone);
    return this.#read('handledBy', query);
  }

  async erase(command: At & { readonly phone: PhoneNumber }): Promise<number> {
    checkNow(command.now);
    checkPhone('phone', command.phone);
    return this.#run('erase', command);
  }

  dialling(): Promise<DiallingSwitch> {
    return this.#read('dialling', {});
  }

  async find(query: { readonly guid: Guid; readonly columnId?: string }): Promise<readonly NotificationHistory[]> {
    const { columnId } = query;
    return this.#read('find', { canonicalGuid: checkedGuid(query.guid), ...(columnId === undefined ? {} : { columnId }) });
  }

  async list(query: {
    readonly columnId?: string;
    readonly status?: NotificationStatus;
    readonly phone?: PhoneNumber;
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<Page<NotificationLine>> {
    if (query.status !== undefined) checkStatus(query.status);
    if (query.phone !== undefined) checkPhone('phone', query.phone);
    return this.#read('list', paged(query));
  }

  async reports(query: {
    readonly state: 'pending' | 'dead';
    readonly columnId?: string;
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<Page<Report>> {
    return this.#read('reports', paged(query));
  }

  async calls(query: { readonly columnId?: string; readonly cursor?: string; readonly limit?: number }): Promise<Page<CallLogLine>> {
    return this.#read('calls', paged(query));
  }

  async changes(query: { readonly after: number; readonly limit?: number }): Promise<readonly Change[]> {
    const { after, limit = MOST_CHANGES } = query;
    checkInteger('after', after, 0, Number.MAX_SAFE_INTEGER);
    checkInteger('limit', limit, 1, MOST_CHANGES);
    return this.#read('changes', { after, limit });
  }

  summary(): Promise<Summary> {
    return this.#read('summary', {});
  }
}

function keyed(command: At & { readonly columnId: string; readonly guid: Guid }): object {
  checkNow(command.now);
  checkName('columnId', command.columnId);
  return { ...command, canonicalGuid: checkedGuid(command.guid) };
}

function checkOwner(command: At & Owner): void {
  checkNow(command.now);
  checkName('node', command.node);
  checkInteger('token', command.token, 0, Number.MAX_SAFE_INTEGER);
  if (command.lease !== undefined) checkName('lease', command.lease);
}

function checkCall(command: At & Guarded & { readonly callId: string }): void {
  checkNow(command.now);
  checkName('callId', command.callId);
  if (command.lease === undefined) return;
  const { now, node, token, lease } = command;
  if (node === undefined || token === undefined) throw new TypeError('a command with a lease needs its node and token');
  checkOwner({ now, node, token, lease });
}

function checkSerial(name: string, serial: number): void {
  checkInteger(name, serial, 1, Number.MAX_SAFE_INTEGER);
}

function paged(query: { readonly cursor?: string; readonly limit?: number }): object {
  const { cursor, limit = PAGE_LINES, ...filter } = query;
  checkInteger('limit', limit, 1, MOST_PAGE_LINES);
  const after = checkedCursor(cursor);
  return { ...filter, limit, ...(after === undefined ? {} : { after }) };
}
