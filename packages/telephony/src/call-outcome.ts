/**
 * How a call to one phone ended, judged by evidence. Source: [TN-16, reading 40].
 *
 * - `answered`: the handset was lifted.
 * - `busy`: busy without ringing before. `rejected`: the called party refused a ringing call.
 * - `unanswered`: it rang, nobody answered. `unreachable`: switched off, out of reach, an announcement only.
 * - `noSuchNumber`: the number does not exist.
 * - `trunkTrouble`: our side or the network failed; says nothing about the called party; not an attempt.
 * - `withdrawn`: we hung up before an answer for reasons of our own (shutdown); not an attempt.
 */
export const CALL_OUTCOMES = [
  'answered',
  'busy',
  'rejected',
  'unanswered',
  'unreachable',
  'noSuchNumber',
  'trunkTrouble',
  'withdrawn',
] as const;

/** A value of {@link CALL_OUTCOMES}. */
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** Why we ended a call before its answer; recorded before the hang-up. */
export type GivenUp = 'ringTimeout' | 'setUpTimeout' | 'canceled' | 'shutdown';

/** Everything that tells how a call ended. */
export interface CallEvidence {
  readonly answered: boolean;
  /** 180 Ringing, or the channel's state Ringing, was seen. */
  readonly rang: boolean;
  /** 183 or early media was seen: an announcement, or a network's ringing. */
  readonly progress: boolean;
  /** Our own decision, if we ended it. */
  readonly givenUp?: GivenUp;
  /** SIP response code, where the PBX knows one (`tech_cause`). */
  readonly sipCode?: number;
  /** Q.850 hang-up cause; 0 when none is known. */
  readonly hangupCause: number;
  /** The originate was refused or the PBX was away: no call was made. */
  readonly notOriginated?: boolean;
}
