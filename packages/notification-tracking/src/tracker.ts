import type { Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { CallLogLine, CallLogOutcome, CallRefusal, OpenedCall } from './call-log.ts';
import type { DiallingSwitch } from './controls.ts';
import type { AbandonedCalls, CallState, LeaseInUse, LeaseState, NodeState, TakenIntent } from './leases.ts';
import type {
  AttemptOutcome,
  AttemptProgress,
  NotificationHistory,
  NotificationLine,
  Report,
  ReportEvidence,
  ReportState,
} from './notification.ts';

/** Every command carries the time; SQL never reads it. */
export interface At {
  /** UTC, milliseconds since 1970. */
  readonly now: number;
}

/** A SayText as it was received. */
export interface AcceptCommand extends At {
  readonly columnId: string;
  readonly guid: Guid;
  /** Absent only with `refused`. */
  readonly phone?: PhoneNumber;
  /** Absent only with `refused`. */
  readonly text?: string;
  /** The peer's address, for limits and the record. */
  readonly peer: string;
  /** Set when the bridge's policy or the codec refused it: the round is born final, `Canceled`. [reading 26] */
  readonly refused?: string;
  /** From its receipt to the last moment an attempt may start, ms, 1 to 86,400,000; else the policy's. */
  readonly timeToLiveMs?: number;
  /** Counted attempts this round may have, 1 to 100; else the policy's. */
  readonly attempts?: number;
  /** By which route it is to be called, a name of `capacity.routes`, 1 to 200 characters; without it only the other capacities hold. */
  readonly route?: string;
}

/**
 * What became of a SayText; durable when it is returned.
 * `refused` also comes from what only the store knows: the stop switch and the limits.
 * `ignored`: a refused message whose GUID has a round that is alive: that one goes on and owes its own statuses.
 */
export interface AcceptResult {
  readonly outcome: 'accepted' | 'duplicate' | 'replaced' | 'newRound' | 'refused' | 'ignored';
  readonly round: number;
  readonly status: NotificationStatus;
  readonly reason?: string;
}

/** A round to be dialled now. */
export interface ClaimedCall {
  readonly roundId: number;
  readonly columnId: string;
  readonly guid: Guid;
  readonly phone: PhoneNumber;
  readonly text: string;
  /** 1 for the first counted attempt. */
  readonly attemptNumber: number;
  readonly expiresAt: number;
}

/** What `claimCall` found; `nextAt` says when there may be something again, if nothing happens before. */
export interface ClaimCallResult {
  readonly call?: ClaimedCall;
  readonly nextAt?: number;
}

/** What `cancel` did. `hangUp`: an attempt is alive and unanswered; hang this call up with `canceled`. */
export type CancelResult =
  | { readonly outcome: 'canceled' | 'ended'; readonly status: NotificationStatus }
  | { readonly outcome: 'hangUp'; readonly callId: string }
  | { readonly outcome: 'refused'; readonly status: NotificationStatus; readonly reason: string }
  | { readonly outcome: 'notFound' };

/** What is alive by the store's knowledge after a restart or a lost PBX. */
export interface Recovery {
  readonly installation: string;
  readonly attempts: readonly {
    readonly callId: string;
    readonly columnId: string;
    readonly roundId: number;
    readonly guid: Guid;
    readonly phone: PhoneNumber;
    readonly text: string;
    readonly answered: boolean;
  }[];
  readonly calls: readonly { readonly callId: string; readonly columnId: string; readonly kind: 'Dial' | 'Conference' }[];
}

/** What `settleReport` did with a report. */
export interface SettledReport {
  readonly state: ReportState;
  readonly nextTryAt?: number;
}

/** A page of a list; `cursor` is given back to get the next one. */
export interface Page<Line> {
  readonly lines: readonly Line[];
  readonly cursor?: string;
}

/** Numbers for one look; also what metrics are made of. */
export interface Summary {
  readonly queued: number;
  readonly dialling: number;
  readonly oldestQueuedAt?: number;
  readonly channelsInUse: number;
  readonly reportsOwed: number;
  readonly deadLetters: number;
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly queued: number;
        readonly dialling: number;
        readonly channelsInUse: number;
        readonly reportsOwed: number;
        readonly oldestReportAt?: number;
        readonly deadLetters: number;
      }
    >
  >;
}

/** A change of status as a feed gives it. `change` grows and is never used again. */
export interface Change {
  readonly change: number;
  readonly columnId: string;
  readonly guid: Guid;
  readonly round: number;
  readonly status: NotificationStatus;
  readonly final: boolean;
  readonly changedAt: number;
}

/**
 * Who may act: a node and the token of its lease. One node alone uses its name and 0. With `lease` a command is refused
 * (`TRACKING_LEASE_LOST`) unless this node holds that lease with this token, checked in the transaction of what it guards.
 */
export interface Owner {
  readonly node: string;
  readonly token: number;
  readonly lease?: string;
}

/** An owner, where a command may come without one; with `lease` the other two are needed. */
export type Guarded = Partial<Owner>;

/** What a tracker tells its owner after a commit: look again, there may be work. */
export type TrackerEvent =
  | { readonly event: 'callsQueued' }
  | { readonly event: 'reportsOwed'; readonly columnId: string }
  | { readonly event: 'intentsWaiting'; readonly lease: string }
  /** A call is alive for what was canceled: who placed it hangs it up. */
  | { readonly event: 'hangUpWanted'; readonly callId: string }
  | { readonly event: 'changed'; readonly changes: readonly Change[] };

/**
 * Keeps notifications by (column, canonical GUID). Every method that changes something is one transaction, flushed to
 * disk before it resolves; it rejects with a TrackingError when it could not be stored, and then nothing of it was.
 * Nobody sets a status: it is a consequence. Source: [TN-10 … TN-17].
 */
export interface Tracker {
  accept(command: AcceptCommand): Promise<AcceptResult>;
  cancel(command: At & { readonly columnId: string; readonly guid: Guid }): Promise<CancelResult>;
  /** Owes the current status once more. False when the GUID is not known. */
  resend(command: At & { readonly columnId: string; readonly guid: Guid }): Promise<boolean>;
  /** The passenger called in: what waits for this number ends, as reached by inbound. Returns how many rounds ended. */
  reachedInbound(command: At & { readonly phone: PhoneNumber }): Promise<number>;

  /**
   * Ends what is out of time, then claims the next round to dial, if a channel is free. With `expireOnly` it claims nothing: this node's PBX is
   * away, and what waits is for another node, or for its return.
   */
  claimCall(command: At & Owner & { readonly expireOnly?: boolean }): Promise<ClaimCallResult>;
  /** Gives a claim back. `unspeakable`: no sound could be made for it, which ends the round. */
  releaseClaim(
    command: At & { readonly roundId: number; readonly why: 'shutdown' | 'unspeakable'; readonly reason?: string },
  ): Promise<void>;
  /** Stores the attempt before the PBX is asked. Undefined when the round was canceled or replaced meanwhile. */
  startAttempt(
    command: At & Owner & { readonly roundId: number },
  ): Promise<{ readonly callId: string; readonly attempt: number } | undefined>;
  /** The PBX has accepted the originate. */
  attemptTaken(command: At & Guarded & { readonly callId: string }): Promise<void>;
  /** Stores evidence as it comes. `Active` follows the first of it; `Done` follows `answered`. */
  attemptProgressed(command: At & Guarded & { readonly callId: string; readonly progress: AttemptProgress }): Promise<void>;
  /** The call has ended; its channel is free. A second end of the same call changes nothing. */
  endAttempt(
    command: At & Guarded & { readonly callId: string; readonly outcome: AttemptOutcome; readonly detail?: string },
  ): Promise<void>;

  /**
   * Reports that are due, oldest first, at most one per GUID, none whose predecessor is undelivered. `limit` ≤ 100. `holds`: after a claim
   * whose answer was lost, what this owner is sending of the column; what else stands as claimed by it is given back first.
   */
  claimReports(command: At & Owner & { readonly columnId: string; readonly limit: number; readonly holds?: readonly number[] }): Promise<{
    readonly reports: readonly Report[];
    readonly nextAt?: number;
  }>;
  /**
   * `address` is the one the report was sent to; `random` in [0, 1) spreads retries. With `node` and `token`, of the claim: once it was given
   * back (its node was taken for dead), only a delivery still counts.
   */
  settleReport(
    command: At &
      Guarded & { readonly reportId: number; readonly evidence: ReportEvidence; readonly address: string; readonly random: number },
  ): Promise<SettledReport>;
  /** Dead letters become pending again, unless a later report of the GUID was delivered. Returns how many. */
  redrive(command: At & { readonly reportId?: number; readonly columnId?: string }): Promise<number>;

  /**
   * A Dial or Conference wants channels: judged and stored before the PBX is asked. With `intent` it is for the holder of `lease`, another
   * node, to take: withdraw it after 1 s.
   */
  openCall(
    command: At &
      Owner & {
        readonly kind: 'Dial' | 'Conference';
        readonly columnId: string;
        readonly peer: string;
        readonly tel1: PhoneNumber;
        readonly tel2?: PhoneNumber;
        /** By which route `tel1` and `tel2` are called, as in {@link AcceptCommand}. */
        readonly route1?: string;
        readonly route2?: string;
        /** Needs `lease`: that of the PBX. */
        readonly intent?: boolean;
      },
  ): Promise<OpenedCall | CallRefusal>;
  closeCall(command: At & Guarded & { readonly callId: string; readonly outcome: CallLogOutcome; readonly detail?: string }): Promise<void>;
  /** One row for a popup, or for a Dial or Conference that policy refused before `openCall`. */
  logCall(
    command: At & {
      readonly kind: 'Call' | 'Dial' | 'Conference';
      readonly columnId: string;
      readonly peer: string;
      readonly numbers: readonly PhoneNumber[];
      readonly outcome: CallLogOutcome;
      readonly detail?: string;
    },
  ): Promise<void>;

  /** What other nodes accepted for the PBX of this lease: each is given once, and is from now on this node's call. */
  takeIntents(command: At & Owner & { readonly lease: string }): Promise<readonly TakenIntent[]>;
  /** True when the intent was still waiting: it is refused now, and nobody takes it any more. */
  withdrawIntent(command: At & { readonly callId: string }): Promise<boolean>;
  callState(query: { readonly callId: string }): Promise<CallState | undefined>;

  /** A lease as it stands; undefined when nobody ever took it. */
  lease(query: { readonly lease: string }): Promise<LeaseState | undefined>;
  /** Takes a lease with a higher token, if it still stands as it was `seen` (or was never taken); undefined when somebody moved it. */
  takeLease(command: At & { readonly lease: string; readonly node: string; readonly seen?: LeaseState }): Promise<LeaseState | undefined>;
  /** Raises the counter; false when another holds the lease. */
  renewLease(command: At & { readonly lease: string; readonly node: string; readonly token: number }): Promise<boolean>;
  /** Gives it up: others take it without waiting. False when it was another's already. */
  releaseLease(command: At & { readonly lease: string; readonly node: string; readonly token: number }): Promise<boolean>;
  /** Leases under which something is left, for a `LeaseWatch`. */
  leasesInUse(): Promise<readonly LeaseInUse[]>;
  /**
   * Nobody comes back for a lease that still stands as it was `seen`: its claims are given back, and attempts that nobody has answered end as
   * lost; with `talks` everything under it does. The lease is then nobody's, with a higher token: who held it is refused
   * (`TRACKING_LEASE_LOST`) should it live after all. Undefined when somebody has moved it.
   */
  endAbandoned(command: At & { readonly seen: LeaseState; readonly talks: boolean }): Promise<AbandonedCalls | undefined>;
  /** Every node whose heart has ever beaten and that was not forgotten. */
  nodes(): Promise<readonly NodeState[]>;
  /** Gives back what a dead node claimed, under a lease or not, unless its heart has beaten since it was `seen`. Returns whether it did. */
  forgetNode(command: At & { readonly seen: NodeState }): Promise<boolean>;

  /** A node's heartbeat. */
  renew(command: At & Owner): Promise<void>;
  /**
   * After a start or a lost PBX: gives back own claims of calls and reports; returns what has to be reconciled. With `lease`, for who holds
   * it: gives back what was claimed under it and returns what is alive on its PBX; reports are left alone.
   */
  recover(command: At & Owner): Promise<Recovery>;
  /** Kept in the database: a restart keeps it. */
  setDialling(command: At & DiallingSwitch): Promise<void>;
  /** The wall clock was set by `byMs` (negative: back): what is due stays as far away as it was. What has happened keeps its time. */
  shiftTimes(command: At & { readonly byMs: number }): Promise<void>;
  /** Removes texts and numbers past their days, at most 500 rows a call. Returns how many rows changed. */
  retain(command: At & { readonly textDays: number; readonly numberDays: number }): Promise<number>;

  /** An endpoint of the house talked with this number: `handledBy` answers it until another does, or `numberDays` have passed. */
  noteHandled(command: At & { readonly phone: PhoneNumber; readonly endpoint: string }): Promise<void>;
  /** The endpoint that talked with this number last. */
  handledBy(query: { readonly phone: PhoneNumber }): Promise<string | undefined>;
  /**
   * Removes a number and its texts everywhere, at most 500 rows a call: call it until it returns 0. Its rounds that are alive end first, with
   * their last result or Canceled; what is owed for them still goes out. A call that is alive goes on, its number is removed when it ends.
   */
  erase(command: At & { readonly phone: PhoneNumber }): Promise<number>;

  dialling(): Promise<DiallingSwitch>;
  /** Without a column: one history per column that knows the GUID. */
  find(query: { readonly guid: Guid; readonly columnId?: string }): Promise<readonly NotificationHistory[]>;
  list(query: {
    readonly columnId?: string;
    readonly status?: NotificationStatus;
    readonly phone?: PhoneNumber;
    readonly cursor?: string;
    /** 1–500. @defaultValue 50 */
    readonly limit?: number;
  }): Promise<Page<NotificationLine>>;
  reports(query: {
    readonly state: 'pending' | 'dead';
    readonly columnId?: string;
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<Page<Report>>;
  calls(query: { readonly columnId?: string; readonly cursor?: string; readonly limit?: number }): Promise<Page<CallLogLine>>;
  /** Changes after `after`, oldest first, at most 1,000. */
  changes(query: { readonly after: number; readonly limit?: number }): Promise<readonly Change[]>;
  summary(): Promise<Summary>;

  /** Called after commits. Returns how to stop listening. */
  onEvent(listener: (event: TrackerEvent) => void): () => void;
}
