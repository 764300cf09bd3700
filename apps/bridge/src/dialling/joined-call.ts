import type { Tracker } from '@taxinav/notification-tracking';
import type { CallOutcome, CallStep, CallSteps, Leg } from '@taxinav/telephony';
import { untilStored, type StoringContext } from '../until-stored.ts';
import { callDetail } from './call-detail.ts';
import type { TrunkAlarm } from './trunk-alarm.ts';

/** What following a Dial or a Conference needs. */
export interface JoinedCallParts extends StoringContext {
  readonly tracker: Pick<Tracker, 'closeCall'>;
  readonly trunks: Pick<TrunkAlarm, 'reached' | 'ended'>;
  /** Keeps what goes on after the answer. */
  readonly background: { run(work: Promise<unknown>): void };
}

/** What is known of a call of two legs besides its id; of one that outlived an outage, nothing. */
export interface JoinedCall {
  readonly callId: string;
  /** The trunks of the legs that go over one. */
  readonly trunks?: { readonly [leg in Leg]?: string };
  /** The two phones hear each other. */
  readonly onJoined?: () => Promise<void>;
}

/**
 * Follows a call of two legs to its end and stores how it ended, which frees its channels.
 * Resolves as soon as the PBX has taken the first leg, or the call has ended before that. Source: [reading 36, reading 37].
 */
export function followJoinedCall(call: JoinedCall, steps: CallSteps, parts: JoinedCallParts): Promise<'taken' | CallOutcome> {
  const { callId } = call;
  const first = Promise.withResolvers<'taken' | CallOutcome>();
  parts.background.run(
    (async () => {
      let outcome: CallOutcome | undefined;
      let detail = 'the PBX stopped telling about the call';
      try {
        for await (const step of steps) {
          noteTrunk(step, call, parts);
          if (step.step === 'taken') first.resolve('taken');
          if (step.step === 'joined') {
            parts.log.info({ event: 'joined', callId }, 'the two phones are joined');
            if (call.onJoined !== undefined) parts.background.run(call.onJoined());
          }
          if (step.step !== 'ended') continue;
          outcome = step.outcome;
          detail = [`${step.leg} leg`, ...callDetail(step.evidence)].join(', ');
        }
      } catch (error) {
        parts.log.error({ event: 'call-failed', callId, err: error }, 'a call could not be followed');
      }
      const known = outcome ?? 'trunkTrouble';
      first.resolve(known);
      // A stop leaves the call to the PBX; the next start reconciles it.
      if (outcome === undefined && parts.signal.aborted) return;
      await untilStored('closeCall', () => parts.tracker.closeCall({ now: parts.clock.now(), callId, outcome: known, detail }), parts);
      parts.log.info({ event: 'call-ended', callId, outcome: known, detail }, 'call ended');
    })(),
  );
  return first.promise;
}

function noteTrunk(step: CallStep, call: JoinedCall, { trunks }: JoinedCallParts): void {
  if (step.step === 'joined') return;
  const trunk = call.trunks?.[step.leg];
  if (trunk === undefined) return;
  if (step.step === 'ended') trunks.ended(trunk, step.evidence);
  else if (step.step === 'ringing' || step.step === 'progress' || step.step === 'answered') trunks.reached(trunk);
}
