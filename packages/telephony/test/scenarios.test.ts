import { expect, test } from 'vitest';
import { FakeClock } from '@taxinav/testkit';
import { createSimulatedPbx, PhoneNetwork, type Pbx } from '../src/index.ts';
import { runScenario, SCENARIOS } from '../src/scenarios/index.ts';

test.each(SCENARIOS)('$name', async (scenario) => {
  const clock = new FakeClock();
  using network = new PhoneNetwork({ clock });
  await using opened = new AsyncDisposableStack();
  const pbx = opened.use(createSimulatedPbx({ clock, network }));
  await pbx.start();
  let calls = 0;
  let phones = 0;

  await runScenario(scenario, {
    pbx,
    announcement: { text: 'машина подана к подъезду, ждём', readings: 2 },
    newCallId: () => `taxinav-test-${(calls += 1)}`,
    numberEndpoint: (lastDigit) => `PJSIP/067${String((phones += 1)).padStart(6, '0')}${lastDigit}@trunk`,
    operatorEndpoint: () => 'PJSIP/100',
    advance: (ms) => clock.advance(ms),
    liveCalls: () => Promise.resolve(network.liveCalls),
    originated: (callId) => Promise.resolve(network.originated.filter((entry) => entry.callId === callId).map(({ endpoint }) => endpoint)),
    callIn: (call) => Promise.resolve(pbx.callIn(call)),
    absence: { goAway: () => Promise.resolve(pbx.goAway()), comeBack: () => Promise.resolve(pbx.comeBack()) },
    restart: () => Promise.resolve(pbx.restart()),
    nextProcess: async (): Promise<Pbx> => {
      pbx.goAway();
      const next = opened.use(createSimulatedPbx({ clock, network }));
      await next.start();
      return next;
    },
  });

  await opened.disposeAsync();
  network[Symbol.dispose]();
  expect(clock.sleepers).toBe(0);
});
