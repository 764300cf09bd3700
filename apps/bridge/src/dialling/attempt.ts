import type { Tracker } from '@taxinav/notification-tracking';
import type { CallOutcome, CallStep, CallSteps } from '@taxinav/telephony';
import type { Metrics } from '../metrics.ts';
import { untilStored, type StoringContext } from '../until-stored.ts';
import { callDetail } from './call-detail.ts';
import type { TrunkAlarm } from './trunk-alarm.ts';

/** A call that is taken but says nothing for so long is Active all the same. Source: [reading 31]. */
const DIALLING_AFTER_MS = 2_000;

/** What following an attempt needs. */
export interface AttemptParts extends StoringContext {
  readonly tracker: Pick<Tracker, 'attemptTaken' | 'attemptProgressed' | 'endAttempt'>;
  readonly metrics: Metrics;
  readonly trunks: Pick<TrunkAlarm, 'reached' | 'ended'>;
}

/** What is known of an attempt that is alive. */
export interface LiveAttempt {
  readonly callId: string;
  /** Absent for one that outlived an outage. */
  readonly trunk?: string;
  /** Nothing is to be said. */
  readonly ringOnly?: boolean;
  answered: boolean;
  spoken?: boolean;
}

/** Stores what is learnt about one attempt, step by step and in order, until the call has ended. Source: [reading 40]. */
export async function followAttempt(attempt: LiveAttempt, columnId: string, steps: CallSteps, parts: AttemptParts): Promise<void> {
  const { tracker, clock, log } = parts;
  const { callId, trunk } = attempt;
  const over = new AbortController();
  const store = (what: string, command: () => Promise<void>): Promise<void> => untilStored(what, command, parts);
  let heard = false;
  let quiet: Promise<void> = Promise.resolve();
  const silence = async (): Promise<void> => {
    try {
      await clock.sleep(DIALLING_AFTER_MS, over.signal);
    } catch {
      return; // The call has said something, or is over.
    }
    if (!heard) await store('attemptProgressed', () => tracker.attemptProgressed({ now: clock.now(), callId, progress: 'dialling' }));
  };
  const follow = async (step: CallStep): Promise<boolean> => {
    // The passenger is joined to an operator: his call was answered, whatever comes of the operator's.
    if (step.step !== 'ended' && step.step !== 'joined' && step.leg === 'second') {
      log.debug({ event: `operator-${step.step}`, column: columnId, callId }, 'call');
      return false;
    }
    switch (step.step) {
      case 'taken':
        await store('attemptTaken', () => tracker.attemptTaken({ now: step.at, callId }));
        quiet = silence();
        return false;
      case 'ringing':
      case 'progress':
      case 'answered':
        heard = true;
        if (trunk !== undefined) parts.trunks.reached(trunk);
        over.abort();
        await quiet;
        attempt.answered ||= step.step === 'answered';
        await store('attemptProgressed', () => tracker.attemptProgressed({ now: step.at, callId, progress: step.step }));
        return false;
      case 'spoken':
      case 'digit':
      case 'joined':
        attempt.spoken ||= step.step === 'spoken';
        log.debug({ event: `call-${step.step}`, column: columnId, callId }, 'call');
        return false;
      case 'ended': {
        over.abort();
        await quiet;
        if (trunk !== undefined && step.leg === 'first') parts.trunks.ended(trunk, step.evidence);
        const unheard = attempt.answered && attempt.ringOnly !== true && attempt.spoken !== true;
        if (attempt.answered && attempt.ringOnly !== true) parts.metrics.announced(columnId, unheard ? 'cut' : 'heard');
        const detail = [...callDetail(step.evidence), ...(unheard ? ['not heard to its end'] : [])];
        const outcome = attempt.answered ? 'answered' : step.outcome;
        await end(attempt, columnId, outcome, detail.join(', '), step.at, parts);
        return true;
      }
      default:
        return step satisfies never;
    }
  };
  try {
    for await (const step of steps) if (await follow(step)) return;
    throw new Error('the PBX stopped telling about the call');
  } catch (error) {
    over.abort();
    await quiet.catch(() => undefined);
    if (parts.signal.aborted) return; // The next start reconciles it.
    log.error({ event: 'call-failed', column: columnId, callId, err: error }, 'a call could not be followed');
    await end(attempt, columnId, 'trunkTrouble', 'the PBX refused the call', clock.now(), parts);
  }
}

async function end(
  attempt: LiveAttempt,
  columnId: string,
  outcome: CallOutcome | 'lost',
  detail: string,
  now: number,
  parts: AttemptParts,
): Promise<void> {
  const { callId } = attempt;
  await untilStored('endAttempt', () => parts.tracker.endAttempt({ now, callId, outcome, detail }), parts);
  parts.metrics.callEnded(columnId, outcome);
  parts.log.info({ event: 'attempt-ended', column: columnId, callId, outcome, detail }, 'call ended');
}

/** An attempt that was alive by the store's knowledge is proven absent. */
export function endLostAttempt(callId: string, columnId: string, parts: AttemptParts): Promise<void> {
  return end({ callId, answered: false }, columnId, 'lost', 'absent after an outage', parts.clock.now(), parts);
}
