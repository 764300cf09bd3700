import type { Generated } from 'kysely';
import type { CanonicalGuid, Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { CallLogOutcome } from './call-log.ts';
import type { AttemptOutcome, ReportEvidence, ReportState, RoundEnd, RoundState } from './notification.ts';

/** A truth value as both databases hold it. */
export type Bit = 0 | 1;

/** Settings that outlive a restart: the installation's name and the dialling switch. */
export interface SettingTable {
  readonly key: 'installation' | 'dialling' | 'dialling_reason';
  readonly value: string;
}

/** One SayText: what was asked and where it stands. Times are UTC milliseconds. */
export interface RoundTable {
  readonly id: Generated<number>;
  readonly column_id: string;
  readonly canonical_guid: CanonicalGuid;
  /** As received; the wire echoes it. */
  readonly guid: Guid;
  readonly round: number;
  /** 1 for the newest round of its GUID. */
  readonly latest: Bit;
  readonly phone: PhoneNumber | null;
  readonly text: string | null;
  readonly peer: string;
  /** 1 for what counts against its peer: all but refused ones. */
  readonly granted: Bit;
  readonly state: RoundState;
  readonly end: RoundEnd | null;
  readonly reason: string | null;
  /** The status last owed; `Queued`, though not owed yet, while the round is `waiting`. */
  readonly status: NotificationStatus;
  /** When it became so; 0 while the round is `waiting`. */
  readonly changed_at: number;
  readonly accepted_at: number;
  readonly expires_at: number;
  readonly next_attempt_at: number | null;
  /** Attempts that counted. */
  readonly attempts: number;
  /** Of those, how many found the phone unreachable. */
  readonly unreachable: number;
  /** Counted attempts it may have, where its SayText said so; else the policy's. */
  readonly allowed_attempts: number | null;
  /** By which route it is called; null where nobody said. */
  readonly route: string | null;
  /** Attempts allowed beyond that number, for lost ones. */
  readonly extra_attempts: number;
  /** Trunk trouble in a row. */
  readonly trunk_troubles: number;
  /** 1 once `Active` was owed in this round. */
  readonly was_active: Bit;
  /** What the last counted attempt came to. */
  readonly last_result: NotificationStatus | null;
  /** A cancel or an inbound call that takes effect when the attempt (of this or the older round) ends. */
  readonly end_requested: 'canceled' | 'inbound' | null;
  /** 1 when the content was replaced while a dialler held the claim: what it prepared is not to be dialled. */
  readonly stale_claim: Bit;
  readonly claimed_at: number | null;
  readonly node: string | null;
  readonly token: number | null;
  /** Under which lease it was claimed. */
  readonly lease: string | null;
}

/** One call to a passenger. */
export interface AttemptTable {
  readonly attempt: Generated<number>;
  readonly round_id: number;
  readonly column_id: string;
  readonly phone: PhoneNumber | null;
  /** Null only between two statements of one transaction. */
  readonly call_id: string | null;
  readonly node: string;
  readonly token: number;
  /** On which PBX it was placed. */
  readonly lease: string | null;
  readonly started_at: number;
  readonly taken_at: number | null;
  readonly rang_at: number | null;
  readonly progress_at: number | null;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly detail: string | null;
  readonly counted: Bit;
}

/** A status of a round, never changed once written. */
export interface StatusChangeTable {
  readonly change: Generated<number>;
  readonly round_id: number;
  readonly status: NotificationStatus;
  readonly final: Bit;
  readonly changed_at: number;
}

/** A SayTextStatus owed. */
export interface ReportTable {
  readonly report_id: Generated<number>;
  readonly change: number;
  /** The id of the first round of its GUID in its column: reports of one thread are sent one after another. */
  readonly thread: number;
  readonly column_id: string;
  readonly canonical_guid: CanonicalGuid;
  readonly guid: Guid;
  readonly status: NotificationStatus;
  readonly final: Bit;
  readonly changed_at: number;
  readonly repeat: Bit;
  readonly state: ReportState;
  /** 1 for the oldest unsettled report of its GUID: the only one that may be sent. */
  readonly head: Bit;
  readonly tries: number;
  readonly refusals: number;
  readonly last_evidence: ReportEvidence | null;
  /** When it was owed, or driven anew: what its age is counted from. */
  readonly owed_at: number;
  readonly next_try_at: number;
  readonly settled_at: number | null;
  readonly claimed_at: number | null;
  readonly node: string | null;
  readonly token: number | null;
}

/** Addresses that have ever answered a report with an ACK. */
export interface AcknowledgingAddressTable {
  readonly address: string;
  readonly since: number;
}

/** A Call, Dial or Conference. */
export interface CallTable {
  readonly id: Generated<number>;
  readonly kind: 'Call' | 'Dial' | 'Conference';
  readonly column_id: string;
  readonly peer: string;
  readonly phone1: PhoneNumber | null;
  readonly phone2: PhoneNumber | null;
  /** Null for what was never placed by `openCall`. */
  readonly call_id: string | null;
  /** Outside legs it was granted; 0 for what was not placed. */
  readonly legs: number;
  readonly node: string | null;
  readonly token: number | null;
  /** On which PBX it is placed. */
  readonly lease: string | null;
  /** Set for what another node than the PBX's holder accepted: whether the holder has taken it. */
  readonly intent: 'waiting' | 'taken' | 'withdrawn' | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: CallLogOutcome | null;
  readonly detail: string | null;
}

/** An outside leg of a Dial or Conference, for channels and limits. */
export interface CallLegTable {
  readonly id: Generated<number>;
  readonly call: number;
  readonly column_id: string;
  readonly phone: PhoneNumber;
  /** By which route it leaves the house; null where nobody said. */
  readonly route: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
}

/** Whose turn it is: the column claimed from longest ago has the lowest turn. */
export interface ColumnTurnTable {
  readonly column_id: string;
  readonly turn: number;
}

/** Nodes and the counters that their leases raise. */
export interface NodeTable {
  readonly node: string;
  readonly token: number;
  readonly beat: number;
}

/** The lease of a PBX: who may act on it. The row stays when it is released, so that no token is given twice. */
export interface LeaseTable {
  readonly lease: string;
  /** Null while nobody holds it. */
  readonly node: string | null;
  readonly token: number;
  readonly counter: number;
}

/** Which endpoint of the house talked with a number last. */
export interface HandledTable {
  readonly phone: PhoneNumber;
  readonly endpoint: string;
  readonly handled_at: number;
}

/** The tables, as Kysely sees them. */
export interface Schema {
  readonly setting: SettingTable;
  readonly round: RoundTable;
  readonly attempt: AttemptTable;
  readonly status_change: StatusChangeTable;
  readonly report: ReportTable;
  readonly acknowledging_address: AcknowledgingAddressTable;
  readonly call: CallTable;
  readonly call_leg: CallLegTable;
  readonly column_turn: ColumnTurnTable;
  readonly node: NodeTable;
  readonly lease: LeaseTable;
  readonly handled: HandledTable;
}
