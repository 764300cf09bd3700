import { FasterClock } from '@taxinav/testkit';
import { createSimulatedPbx } from '@taxinav/telephony';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

test('while its PBX is away a bridge claims nothing, ends what is out of time, and dials the rest at once when it is back [reading 39]', async () => {
  await using navigator = await startNavigator();
  const clock = new FasterClock(10);
  const pbx = createSimulatedPbx({ clock, charactersPerSecond: 200 });
  await using running = await startBridge(navigator.port, {
    clock,
    file: 'acknowledge: all\ndialling: { channels: 4, timeToLiveSeconds: 10 }',
    parts: (parts) => ({ ...parts, pbx }),
  });
  pbx.goAway();
  const late = sayText(phone(0, 1));
  expect((await running.send(late)).evidence).toBe('acknowledged');
  expect(await navigator.until(late.guid, 'Canceled')).toEqual(['Queued', 'Canceled']);
  const { configuration } = running;
  await running.bridge.reload({ ...configuration, dialling: { ...configuration.dialling, timeToLiveSeconds: 300 } });
  const early = sayText(phone(0, 2));
  expect((await running.send(early)).evidence).toBe('acknowledged');
  await navigator.until(early.guid, 'Queued');
  pbx.comeBack();
  expect(await navigator.until(early.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  const attempts = await Promise.all(
    [late, early].map(async ({ guid }) => (await running.bridge.tracker.find({ guid }))[0]?.rounds[0]?.attempts.length),
  );
  expect(attempts).toEqual([0, 1]);
});
