import type { PhoneNumber } from '@taxinav/codec';
import type { CallLogOutcome } from './call-log.ts';

/** A lease as a database shows it: who may act on a PBX. */
export interface LeaseState {
  /** Names the PBX, e.g. its ARI URL. */
  readonly lease: string;
  /** Absent once it was released. */
  readonly node?: string;
  /** Grows with each taking; what an older one guards is refused. */
  readonly token: number;
  /** Raised by each renewal: as long as it moves, its holder lives. */
  readonly counter: number;
}

/** A lease under which something is left, and how much of it. */
export interface LeaseInUse extends LeaseState {
  /** Rounds that are claimed under it, and attempts that nobody has answered. */
  readonly unanswered: number;
  /** Answered attempts, Dials and Conferences: what may last as long as people talk. */
  readonly talking: number;
}

/** What was ended because nobody came back for it. */
export interface AbandonedCalls {
  readonly attempts: readonly { readonly callId: string; readonly columnId: string }[];
  readonly calls: readonly { readonly callId: string; readonly columnId: string }[];
}

/** A node's heartbeat as a database shows it. */
export interface NodeState {
  readonly node: string;
  /** Raised by each `renew`. */
  readonly beat: number;
}

/** A Dial or Conference that another node accepted: now the holder's to place, once. */
export interface TakenIntent {
  readonly callId: string;
  readonly kind: 'Dial' | 'Conference';
  readonly columnId: string;
  /** Who asked for it; an operator's workstation is known by it. */
  readonly peer: string;
  readonly tel1: PhoneNumber;
  readonly tel2?: PhoneNumber;
}

/** Where a Dial or Conference stands. `intended`: its PBX's holder has not taken it yet. */
export interface CallState {
  readonly state: 'intended' | 'opened' | 'ended';
  readonly outcome?: CallLogOutcome;
  readonly detail?: string;
}
