import { ABSENCE } from './absence.ts';
import { ANNOUNCING } from './announcing.ts';
import type { Scenario, ScenarioBench } from './bench.ts';
import { CALLS_IN } from './calls-in.ts';
import { HANGING_UP } from './hanging-up.ts';
import { JOINING } from './joining.ts';
import { until } from './observed-call.ts';
import { NEXT_PROCESS, PBX_RESTARTS } from './restarts.ts';

/** Every scenario; each needs a bench of its own. */
export const SCENARIOS: readonly Scenario[] = [
  ...ANNOUNCING,
  ...HANGING_UP,
  ...JOINING,
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
  let left: readonly string[] = [];
  await until(
    bench,
    async () => {
      left = await bench.liveCalls();
      return left.length === 0;
    },
    () => `no call to be left after "${scenario.name}", still there: ${left.join(', ')}`,
  );
}
