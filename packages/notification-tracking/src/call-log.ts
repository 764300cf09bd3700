import type { PhoneNumber } from '@taxinav/codec';

/** How a Call, Dial or Conference ended. `acknowledged` … `notSent` are a popup's; the rest are calls'. */
export type CallLogOutcome =
  | 'acknowledged'
  | 'taken'
  | 'unconfirmed'
  | 'inDoubt'
  | 'notSent'
  | 'refused'
  | 'late'
  | 'answered'
  | 'busy'
  | 'rejected'
  | 'unanswered'
  | 'unreachable'
  | 'noSuchNumber'
  | 'trunkTrouble'
  | 'withdrawn'
  | 'lost';

/** A Dial or Conference whose channels are reserved. */
export interface OpenedCall {
  readonly outcome: 'opened' | 'repeated';
  /** `repeated`: the call that this request is the same as; it is not originated again. */
  readonly callId: string;
}

/** Why a Dial or Conference is not placed; the row is in the call log. */
export interface CallRefusal {
  readonly outcome: 'refused';
  readonly reason: 'stopped' | 'no-channel' | 'peer-limit' | 'callee-limit';
}

/** A row of the call log. */
export interface CallLogLine {
  readonly id: number;
  readonly kind: 'Call' | 'Dial' | 'Conference';
  readonly columnId: string;
  readonly peer: string;
  readonly numbers: readonly PhoneNumber[];
  readonly callId?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly outcome?: CallLogOutcome;
  readonly detail?: string;
}
