import { startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { afterAll, beforeAll } from 'vitest';
import { runScenario, SCENARIOS, type Scenario } from '../../src/scenarios/index.ts';
import { until } from '../../src/scenarios/observed-call.ts';
import { watchPhones, type PhoneNetworkWatch } from './phone-network.ts';
import { BENCH_DIALPLAN, startAsteriskBench } from './scenario-bench.ts';
import { writeTone } from './tone-file.ts';

/** Some scenarios wait for Asterisk's own limits. */
export const TIMEOUT_MS = 90_000;

/** A running Asterisk that is watched, and a sound. */
export interface Ground {
  readonly asterisk: RunningAsterisk;
  readonly phones: PhoneNetworkWatch;
  readonly folder: TemporaryFolder;
}

/** Starts one before the tests of a file and ends it after them. */
export function ground(): () => Ground {
  let opened: AsyncDisposableStack | undefined;
  let made: Ground | undefined;
  beforeAll(async () => {
    opened = new AsyncDisposableStack();
    const folder = opened.use(await temporaryFolder());
    await writeTone(folder.file('tone'), 1_250);
    const asterisk = opened.use(await startAsterisk({ extra: { 'extensions.conf': BENCH_DIALPLAN } }));
    made = { asterisk, phones: opened.use(await watchPhones(asterisk)), folder };
  }, TIMEOUT_MS);
  afterAll(() => opened?.disposeAsync());
  return () => {
    if (made === undefined) throw new Error('The PBX was not started.');
    return made;
  };
}

/** Runs a scenario on a bench of its own; neither channel nor bridge is left behind. */
export async function holds({ asterisk, phones, folder }: Ground, scenario: Scenario, name: string): Promise<void> {
  await using bench = await startAsteriskBench({ asterisk, phones, name, sound: folder.file('tone') });
  await runScenario(scenario, bench);
  await until(
    bench,
    async () => (await phones.bridges(bench.prefix)).length === 0,
    () => `no bridge to be left after "${scenario.name}"`,
  );
}

/** A scenario with a name for its bench. */
export type NumberedScenario = Scenario & { readonly id: string };

const numbered = SCENARIOS.map((scenario, index): NumberedScenario => ({ ...scenario, id: `s${index}` }));
const needsThePbxAlone = ({ needs, name }: Scenario): boolean =>
  needs.includes('restart') || needs.includes('callIn') || name.startsWith('50 calls');
// Those that wait for Asterisk's own limits begin first.
const waitsLongest = ({ needs }: Scenario): number => (needs.includes('nextProcess') ? 0 : 1);

/** Scenarios that do not disturb each other on one PBX. */
export const AT_ONCE: readonly NumberedScenario[] = numbered
  .filter((scenario) => !needsThePbxAlone(scenario))
  .sort((one, other) => waitsLongest(one) - waitsLongest(other));
/** Scenarios that restart the PBX, load it, or hear every call that comes in. */
export const IN_TURN: readonly NumberedScenario[] = numbered.filter(needsThePbxAlone);
