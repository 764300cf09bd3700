import { ABSENCE } from './absence.ts';
import { ANNOUNCING } from './announcing.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { CALLS_IN } from './calls-in.ts';
import { HANGING_UP } from './hanging-up.ts';
import { JOINING } from './joining.ts';
import { noneLeft } from './observed-call.ts';
import { OPERATOR_KEY, REPEAT_KEY } from './keys.ts';
import { ROUTES } from './routes.ts';
import { APOLOGIES } from './apologies.ts';
import { NEXT_PROCESS, PBX_RESTARTS } from './restarts.ts';

/** Every scenario; each needs a bench of its own. */
export const SCENARIOS: readonly Scenario[] = [
  ...ANNOUNCING,
  ...HANGING_UP,
  ...REPEAT_KEY,
  ...OPERATOR_KEY,
  ...ROUTES,
  ...JOINING,
  ...APOLOGIES,
  ...CALLS_IN,
  ...ABSENCE,
  ...PBX_RESTARTS,
  ...NEXT_PROCESS,
];

/**
 * Runs one scenario on a bench made for it, and waits until the PBX has no call left.
 *
 * @throws AssertionError when the fact does not hold, or a call is left after a minute of the PBX's time
 */
export async function runScenario(scenario: Scenario, bench: ScenarioBench): Promise<void> {
  await scenario.run(bench);
  await noneLeft(bench);
}
