import type { Check } from '../check.ts';
import { capChecks, endCheck, endingChecks, sameConnectionChecks, sideBySideCheck, survivalChecks, watched } from '../survival.ts';
import { packetChecks, variationCheck, VARIATIONS } from '../variations.ts';
import { CALL_CHECKS } from './call-checks.ts';
import { CONDUCT_CHECKS } from './conduct-checks.ts';
import { CONFERENCE_CHECKS } from './conference-checks.ts';
import type { CallCenterContext } from './context.ts';
import { REFUSAL_CHECKS } from './refusal-checks.ts';
import { LIFE_CHECKS, RESULT_CHECKS } from './say-text-checks.ts';
import { VALUE_CHECKS } from './value-checks.ts';

const SERVED = 'a status other than Canceled for the Guid of each SayText';

/** Every check of a call center, in the order of the report. */
export const CALL_CENTER_CHECKS: readonly Check<CallCenterContext>[] = [
  ...CONDUCT_CHECKS.filter(({ group }) => group === 'say-text'),
  ...LIFE_CHECKS,
  ...RESULT_CHECKS,
  ...CONDUCT_CHECKS.filter(({ group }) => group === 'status'),
  ...VARIATIONS.map((variation) => variationCheck(variation, SERVED)),
  ...packetChecks(SERVED),
  ...VALUE_CHECKS,
  sideBySideCheck(),
  ...endingChecks(SERVED),
  ...CONDUCT_CHECKS.filter(({ group }) => group === 'connection'),
  ...CALL_CHECKS,
  // A small peer may end with these. What is about plain SayTexts was judged before.
  ...REFUSAL_CHECKS.map((check) => watched(check, false)),
  ...CONFERENCE_CHECKS.map((check) => watched(check, true)),
  ...CONDUCT_CHECKS.filter(({ group }) => group === 'answers').map((check) => watched(check, true)),
  ...survivalChecks(),
  ...sameConnectionChecks(),
  ...capChecks(),
  endCheck(),
];
