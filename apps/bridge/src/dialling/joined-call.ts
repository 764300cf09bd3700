import type { Tracker } from '@taxinav/notification-tracking';
import type { CallOutcome, CallSteps } from '@taxinav/telephony';
import { untilStored, type StoringContext } from '../until-stored.ts';

/** What following a Dial or a Conference needs. */
export interface JoinedCallParts extends StoringContext {
  readonly tracker: Pick<Tracker, 'closeCall'>;
  /** Keeps what goes on after the answer. */
  readonly background: { run(work: Promise<unknown>): void };
}

/**
 * Follows a call of two legs to its end and stores how it ended, which frees its channels.
 * Resolves as soon as the PBX has taken the first leg, or the call has ended before that. Source: [reading 36, reading 37].
 */
export function followJoinedCall(callId: string, steps: CallSteps, parts: JoinedCallParts): Promise<'taken' | CallOutcome> {
  const first = Promise.withResolvers<'taken' | CallOutcome>();
  parts.background.run(
    (async () => {
      let outcome: CallOutcome | undefined;
      let detail = 'the PBX stopped telling about the call';
      try {
        for await (const step of steps) {
          if (step.step === 'taken') first.resolve('taken');
          if (step.step === 'joined') parts.log.info({ event: 'joined', callId }, 'the two phones are joined');
          if (step.step !== 'ended') continue;
          outcome = step.outcome;
          detail = `${step.leg} leg, cause ${step.evidence.hangupCause}`;
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
