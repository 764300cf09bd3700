import type { Check } from '../check.ts';
import { capChecks, endingChecks, sameConnectionChecks, sideBySideCheck, survivalChecks } from '../survival.ts';
import { packetChecks, variationCheck, VARIATIONS } from '../variations.ts';
import { CALL_CHECKS } from './call-checks.ts';
import type { NavigatorContext } from './context.ts';
import { STATUS_CHECKS } from './status-checks.ts';

const ANSWERED = 'an ACK with OK to each Call';

/** Every check of a dispatch program, in the order of the report. */
export const NAVIGATOR_CHECKS: readonly Check<NavigatorContext>[] = [
  ...CALL_CHECKS,
  ...STATUS_CHECKS,
  ...VARIATIONS.map((variation) => variationCheck(variation, ANSWERED)),
  ...packetChecks(ANSWERED),
  sideBySideCheck(),
  ...endingChecks(ANSWERED),
  ...sameConnectionChecks(),
  ...capChecks(),
  ...survivalChecks(),
];
