import type { Check } from '../check.ts';
import { slowChecks } from '../slow-checks.ts';
import { capChecks, endCheck, endingChecks, sameConnectionChecks, sideBySideCheck, survivalChecks, watched } from '../survival.ts';
import { packetChecks, variationCheck, VARIATIONS } from '../variations.ts';
import { CALL_CHECKS } from './call-checks.ts';
import { ANSWER_CHECKS, RESET_CHECKS, SAY_TEXT_CHECKS } from './conduct-checks.ts';
import { CONFERENCE_CHECKS } from './conference-checks.ts';
import type { CallCenterContext } from './context.ts';
import { REFUSAL_CHECKS } from './refusal-checks.ts';
import { LIFE_CHECKS, RESULT_CHECKS } from './say-text-checks.ts';
import { VALUE_CHECKS } from './value-checks.ts';

const SERVED = 'a status other than Canceled for the Guid of each SayText';

/** Every check of a call center, in the order of the report. */
export const CALL_CENTER_CHECKS: readonly Check<CallCenterContext>[] = [
  ...SAY_TEXT_CHECKS,
  ...LIFE_CHECKS,
  ...RESULT_CHECKS,
  ...VALUE_CHECKS,
  sideBySideCheck(),
  ...endingChecks(SERVED),
  ...CALL_CHECKS,
  // A small peer may end with what follows. What is about whole messages alone was judged before.
  ...VARIATIONS.map((variation) => watched(variationCheck(variation, SERVED), true)),
  ...packetChecks(SERVED).map((check) => watched(check, true)),
  ...RESET_CHECKS.map((check) => watched(check, false)),
  ...REFUSAL_CHECKS.map((check) => watched(check, false)),
  ...CONFERENCE_CHECKS.map((check) => watched(check, true)),
  ...ANSWER_CHECKS.map((check) => watched(check, true)),
  ...survivalChecks(),
  ...sameConnectionChecks(),
  ...capChecks(),
  ...slowChecks(SERVED),
  endCheck(),
];
