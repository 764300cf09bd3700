import type { Check } from '../check.ts';
import { slowChecks } from '../slow-checks.ts';
import { capChecks, endCheck, endingChecks, sameConnectionChecks, sideBySideCheck, survivalChecks, watched } from '../survival.ts';
import { packetChecks, variationCheck, VARIATIONS } from '../variations.ts';
import { ANSWER_CHECKS, CALL_CHECKS, REFUSAL_CHECKS } from './call-checks.ts';
import type { NavigatorContext } from './context.ts';
import { STATUS_CHECKS, STATUS_PACKET_CHECKS } from './status-checks.ts';

const ANSWERED = 'an ACK with OK to each Call';

/** Every check of a dispatch program, in the order of the report. */
export const NAVIGATOR_CHECKS: readonly Check<NavigatorContext>[] = [
  ...CALL_CHECKS,
  ...STATUS_CHECKS,
  sideBySideCheck(),
  ...endingChecks(ANSWERED),
  // A small peer may end with what follows. What is about whole messages alone was judged before.
  ...VARIATIONS.map((variation) => watched(variationCheck(variation, ANSWERED), true)),
  ...packetChecks(ANSWERED).map((check) => watched(check, true)),
  ...STATUS_PACKET_CHECKS.map((check) => watched(check, true)),
  ...REFUSAL_CHECKS.map((check) => watched(check, false)),
  ...ANSWER_CHECKS.map((check) => watched(check, true)),
  ...survivalChecks(),
  ...sameConnectionChecks(),
  ...capChecks(),
  ...slowChecks(ANSWERED),
  endCheck(),
];
