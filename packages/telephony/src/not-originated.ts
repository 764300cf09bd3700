import type { CallId, CallSteps } from './pbx.ts';
import { StepQueue } from './step-queue.ts';

/** The steps of a call that was not made, because the PBX could not or must not be asked; `at` is UTC, milliseconds. */
export function notOriginated(at: number): CallSteps {
  const steps = new StepQueue(1);
  const evidence = { answered: false, rang: false, progress: false, hangupCause: 0, notOriginated: true };
  steps.push({ step: 'ended', at, outcome: 'trunkTrouble', leg: 'first', evidence });
  return steps;
}

/** What a second request with a call id is refused with. */
export function usedBefore(callId: CallId): RangeError {
  return new RangeError(`Call id ${callId} was originated before; a call id is used once, so choose a new one.`);
}
