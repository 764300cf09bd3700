import { expect, test } from 'vitest';
import { createSimulatedPbx, type CallStep, type CallSteps } from '../src/index.ts';
import { TurnedClock } from './turned-clock.ts';

function keep(steps: CallSteps): CallStep[] {
  const kept: CallStep[] = [];
  void (async () => {
    for await (const step of steps) kept.push(step);
  })();
  return kept;
}

const names = (steps: readonly CallStep[]): string =>
  steps.map((step) => (step.step === 'ended' ? `ended ${step.outcome}` : step.step)).join(', ');

test.each([
  ['0', 'taken, ringing, answered, spoken, ended answered'],
  ['1', 'taken, ringing, answered, spoken, ended answered'],
  ['2', 'taken, ended busy'],
  ['3', 'taken, ringing, ended unanswered'],
  ['4', 'taken, ended unreachable'],
  ['5', 'taken, ended noSuchNumber'],
  ['6', 'taken, ended trunkTrouble'],
  ['7', 'taken, ringing, answered, ended answered'],
  ['8', 'taken, ringing, answered, spoken, ended answered'],
  ['9', 'taken, ringing, answered, digit, spoken, ended answered'],
])('a phone whose number ends in %s: %s', async (digit, expected) => {
  const clock = new TurnedClock();
  await using pbx = createSimulatedPbx({ clock });
  await pbx.start();
  const steps = keep(
    pbx.announce({
      callId: 'taxinav-a-1',
      target: { endpoint: `PJSIP/067123456${digit}@trunk`, ringSeconds: 20 },
      announcement: { text: 'машина подана к подъезду' },
    }),
  );
  await clock.turn(30_000);
  expect(names(steps)).toBe(expected);
  expect(pbx.liveCalls).toEqual([]);
});
