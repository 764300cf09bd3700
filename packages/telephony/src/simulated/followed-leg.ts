import type { CallEvidence, GivenUp } from '../call-outcome.ts';
import type { CallTarget, Leg } from '../pbx.ts';

/** One phone of a call as the driver knows it, with everything that will be evidence of its outcome. */
export class FollowedLeg {
  readonly leg: Leg;
  readonly target: CallTarget;
  state: 'new' | 'dialling' | 'ringing' | 'up' | 'gone' = 'new';
  answered = false;
  rang = false;
  progress = false;
  hangupCause = 0;
  sipCode: number | undefined;
  givenUp: GivenUp | undefined;
  firstSilence = false;
  /** It ended while the PBX was away. */
  lost = false;
  /** A hang-up that the PBX could not be asked for while it was away. */
  hangUpOwed = false;
  /** The limit of our own that ran out while the PBX was away. */
  limitPassed: GivenUp | undefined;
  /** Calls off the limit that runs. */
  stopLimit: () => void = () => {};

  constructor(leg: Leg, target: CallTarget) {
    this.leg = leg;
    this.target = target;
  }

  get live(): boolean {
    return this.state === 'dialling' || this.state === 'ringing' || this.state === 'up';
  }

  evidence(): CallEvidence {
    return {
      answered: this.answered,
      rang: this.rang,
      progress: this.progress,
      ...(this.givenUp === undefined ? {} : { givenUp: this.givenUp }),
      ...(this.sipCode === undefined ? {} : { sipCode: this.sipCode }),
      hangupCause: this.hangupCause,
      ...(this.state === 'new' ? { notOriginated: true } : {}),
      ...(this.firstSilence ? { firstSilence: true } : {}),
      // One that we wanted gone is not missed.
      ...(this.lost && !this.hangUpOwed ? { lost: true } : {}),
    };
  }
}
