/**
 * How a call to one phone ended, judged by evidence. Source: [TN-16, reading 40].
 *
 * - `answered`: the handset was lifted.
 * - `busy`: busy without ringing before. `rejected`: the called party refused a ringing call.
 * - `unanswered`: it rang, nobody answered. `unreachable`: switched off, out of reach, an announcement only.
 * - `noSuchNumber`: the number does not exist.
 * - `trunkTrouble`: our side or the network failed; says nothing about the called party; not an attempt.
 * - `withdrawn`: we hung up before an answer for reasons of our own (shutdown); not an attempt.
 * - `lost`: it ended while the PBX was away, unanswered as far as was seen; nobody knows how.
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
  'lost',
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
  /**
   * With `setUpTimeout` and no provisional answer: the calls before this one over the same endpoint were answered for,
   * so the silence is the phone's rather than the trunk's. Kept by `EndpointSilence`.
   */
  readonly firstSilence?: boolean;
  /** The PBX had the call and has it no more, and nobody saw it end. */
  readonly lost?: boolean;
}

/** What a SIP code or a Q.850 cause says, before it is known whether the phone rang. */
type Verdict = 'busy' | 'declined' | 'noAnswer' | 'unreachable' | 'noSuchNumber' | 'trunkTrouble';

const SIP_VERDICTS: Readonly<Record<number, Verdict>> = {
  401: 'trunkTrouble',
  402: 'trunkTrouble',
  403: 'trunkTrouble',
  404: 'noSuchNumber',
  407: 'trunkTrouble',
  408: 'noAnswer',
  410: 'noSuchNumber',
  480: 'noAnswer',
  484: 'noSuchNumber',
  486: 'busy',
  500: 'trunkTrouble',
  501: 'trunkTrouble',
  502: 'trunkTrouble',
  503: 'trunkTrouble',
  600: 'busy',
  603: 'declined',
};

const CAUSE_VERDICTS: Readonly<Record<number, Verdict>> = {
  1: 'noSuchNumber',
  // No route to destination: a trunk that is missing or not registered.
  3: 'trunkTrouble',
  17: 'busy',
  18: 'noAnswer',
  19: 'noAnswer',
  20: 'unreachable',
  21: 'declined',
  22: 'noSuchNumber',
  27: 'unreachable',
  28: 'noSuchNumber',
  34: 'trunkTrouble',
  38: 'trunkTrouble',
  41: 'trunkTrouble',
  42: 'trunkTrouble',
  44: 'trunkTrouble',
  47: 'trunkTrouble',
  58: 'trunkTrouble',
};

/**
 * Judges how a call ended: the answer first, then our own decision, then whether anybody saw its end, then the SIP code, then the Q.850 cause.
 *
 * Total: a code or cause without a row of its own (0, 16, 31, 127 and whatever else comes) is unanswered if it rang,
 * else unreachable. A SIP code without a row leaves the word to the cause. A refusal (21, SIP 603) after an
 * announcement or a network's own ringing reached the other network, so it is no trouble of our trunk: unreachable.
 * Source: [TN-16, reading 40].
 */
export function callOutcome(evidence: CallEvidence): CallOutcome {
  if (evidence.answered) return 'answered';
  if (evidence.givenUp === 'shutdown') return 'withdrawn';
  // No call was made, so neither a cancel nor a cause can say anything about the called party.
  if (evidence.notOriginated === true) return 'trunkTrouble';
  if (evidence.givenUp !== undefined) return outcomeOfGivingUp(evidence.givenUp, evidence);
  if (evidence.lost === true) return 'lost';
  const verdict = (evidence.sipCode === undefined ? undefined : SIP_VERDICTS[evidence.sipCode]) ?? CAUSE_VERDICTS[evidence.hangupCause];
  return outcomeOfVerdict(verdict ?? 'noAnswer', evidence);
}

function outcomeOfGivingUp(givenUp: Exclude<GivenUp, 'shutdown'>, evidence: CallEvidence): CallOutcome {
  if (evidence.rang) return 'unanswered';
  switch (givenUp) {
    case 'setUpTimeout':
      return evidence.progress || evidence.firstSilence === true ? 'unreachable' : 'trunkTrouble';
    case 'ringTimeout':
    case 'canceled':
      return 'unreachable';
    default:
      return givenUp satisfies never;
  }
}

function outcomeOfVerdict(verdict: Verdict, evidence: CallEvidence): CallOutcome {
  switch (verdict) {
    case 'busy':
      return evidence.rang ? 'rejected' : 'busy';
    case 'declined':
      if (evidence.rang) return 'rejected';
      return evidence.progress ? 'unreachable' : 'trunkTrouble';
    case 'noAnswer':
      return evidence.rang ? 'unanswered' : 'unreachable';
    case 'unreachable':
    case 'noSuchNumber':
    case 'trunkTrouble':
      return verdict;
    default:
      return verdict satisfies never;
  }
}
