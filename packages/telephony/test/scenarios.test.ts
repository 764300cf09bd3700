import { expect, test } from 'vitest';
import { FakeClock } from '@taxinav/testkit';
import { createSimulatedPbx, PhoneNetwork, type IncomingCall, type Pbx, type Subscriber } from '../src/index.ts';
import { runScenario, SCENARIOS } from '../src/scenarios/index.ts';

const EARLY_MEDIA = 'PJSIP/0440000000@announces';

test.each(SCENARIOS)('$name', async (scenario) => {
  const clock = new FakeClock();
  const subscriber = (endpoint: string): Subscriber | undefined => (endpoint === EARLY_MEDIA ? { progressAfterMs: 200 } : undefined);
  using network = new PhoneNetwork({ clock, subscriber });
  await using opened = new AsyncDisposableStack();
  const pbx = opened.use(createSimulatedPbx({ clock, network }));
  await pbx.start();
  const heardCalls = new Map<string, IncomingCall>();
  pbx.onIncomingCall((call) => heardCalls.set(call.linkedId, call));
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
    earlyMedia: () => EARLY_MEDIA,
    callIn: async (call, routing) => {
      pbx.callIn(call);
      if (routing === undefined) return;
      await clock.advance(1_000);
      const heard = heardCalls.get(call.linkedId);
      if (heard !== undefined)
        pbx.endCallIn({ call: heard, outcome: routing, ...(routing === 'answered' ? { endpoint: 'PJSIP/100' } : {}) });
    },
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
