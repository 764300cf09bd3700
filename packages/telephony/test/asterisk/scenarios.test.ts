import { asteriskForTests, startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runScenario, SCENARIOS, type Scenario } from '../../src/scenarios/index.ts';
import { until } from '../../src/scenarios/observed-call.ts';
import { watchPhones, type PhoneNetworkWatch } from './phone-network.ts';
import { BENCH_DIALPLAN, startAsteriskBench } from './scenario-bench.ts';
import { writeTone } from './tone-file.ts';

const TIMEOUT_MS = 90_000;

interface Ground {
  readonly asterisk: RunningAsterisk;
  readonly phones: PhoneNetworkWatch;
  readonly folder: TemporaryFolder;
}

function ground(): () => Ground {
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

async function holds({ asterisk, phones, folder }: Ground, scenario: Scenario, name: string): Promise<void> {
  await using bench = await startAsteriskBench({ asterisk, phones, name, sound: folder.file('tone') });
  await runScenario(scenario, bench);
  await until(
    bench,
    async () => (await phones.bridges(bench.prefix)).length === 0,
    () => `no bridge to be left after "${scenario.name}"`,
  );
}

const needsThePbxAlone = ({ needs, name }: Scenario): boolean =>
  needs.includes('restart') || needs.includes('callIn') || name.startsWith('50 calls');
const numbered = SCENARIOS.map((scenario, index) => ({ ...scenario, id: `s${index}` }));
// Those that wait for Asterisk's own limits begin first.
const waitsLongest = ({ needs }: Scenario): number => (needs.includes('nextProcess') ? 0 : 1);
const atOnce = numbered.filter((scenario) => !needsThePbxAlone(scenario)).sort((one, other) => waitsLongest(one) - waitsLongest(other));

describe.skipIf(!asteriskForTests().installed).concurrent('scenarios on Asterisk, many at once', () => {
  const on = ground();
  test.for(atOnce)('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
    await expect(holds(on(), scenario, scenario.id)).resolves.toBeUndefined();
  });
});

describe.skipIf(!asteriskForTests().installed)('scenarios on Asterisk, one after the other', () => {
  const on = ground();
  test.for(numbered.filter(needsThePbxAlone))('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
    await expect(holds(on(), scenario, scenario.id)).resolves.toBeUndefined();
  });
});
