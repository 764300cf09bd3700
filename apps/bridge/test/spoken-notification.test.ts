import { parsePhoneNumber } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

test('a passenger who lifts the handset: Queued, Active, Done, at the configured address [TN-13, TN-17, reading 38]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(0));
  const { evidence } = await running.send(message);
  expect(evidence).toBe('taken');
  expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  expect(running.pbx.originated.map(({ endpoint }) => endpoint)).toEqual(['PJSIP/0670000000@trunk']);
});

test('StatusChangedTime is the wall clock of the configured zone and never decreases [TN-14, reading 32]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(0));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
  const times = navigator
    .statuses(message.guid)
    .map(({ statusChangedTime }) => statusChangedTime.replace(/(\d\d)\.(\d\d)\.(\d{4}) (.*)/, '$3-$2-$1 $4'));
  expect(times.toSorted()).toEqual(times);
  expect(times[0]).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

const results = [
  { digit: 2, name: 'busy', statuses: ['Queued', 'Active', 'Busy', 'Queued', 'Active', 'Busy'] },
  { digit: 4, name: 'unreachable', statuses: ['Queued', 'Active', 'Unreachable', 'Queued', 'Active', 'Unreachable'] },
  { digit: 5, name: 'a number that does not exist', statuses: ['Queued', 'Active', 'Unreachable'] },
] as const;
for (const { digit, name, statuses } of results)
  test(`${name}: every change is told, redial as the rules say [TN-16, reading 40]`, async () => {
    await using navigator = await startNavigator();
    await using running = await startBridge(navigator.port, {
      file: 'dialling: { attempts: 2, retryAfterSeconds: { busy: 1, unanswered: 1, unreachable: 1 } }',
    });
    const message = sayText(phone(digit));
    await running.send(message);
    await expect.poll(() => navigator.statuses(message.guid).map(({ status }) => status)).toEqual(statuses);
  });

test('nobody lifts the handset: Unanswered after ringSeconds [TN-16]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { file: 'dialling: { attempts: 1, ringSeconds: 5 }' });
  const message = sayText(phone(3));
  await running.send(message);
  expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
});

test('no line free is no attempt: nothing but Queued, then Canceled when its time is over [reading 39, reading 40]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { file: 'dialling: { timeToLiveSeconds: 20 }' });
  const message = sayText(phone(6));
  await running.send(message);
  expect(await navigator.until(message.guid, 'Canceled')).toEqual(['Queued', 'Canceled']);
});

test('acknowledge: documented answers nothing, all answers OK [reading 25]', async () => {
  await using navigator = await startNavigator();
  await using documented = await startBridge(navigator.port);
  expect(await documented.send(sayText(phone(0)))).toMatchObject({ evidence: 'taken' });
  await using all = await startBridge(navigator.port, { column: '    acknowledge: all' });
  expect(await all.send(sayText(phone(0)))).toMatchObject({ evidence: 'acknowledged', ack: { error: 'OK' } });
});

const refused = [
  ['0900123456', 'premium number'],
  ['+48600123456', 'international number'],
  ['0800123456', 'number not allowed'],
] as const;
for (const [number, reason] of refused)
  test(`${number} is never dialled: one Canceled, and the reason where an answer is wanted [reading 26]`, async () => {
    await using navigator = await startNavigator();
    await using running = await startBridge(navigator.port, { column: '    acknowledge: all' });
    const numberToCall = parsePhoneNumber(number);
    if (numberToCall === undefined) throw new Error('not a number');
    const message = sayText(numberToCall);
    expect(await running.send(message)).toMatchObject({ evidence: 'refused', ack: { error: reason } });
    expect(await navigator.until(message.guid, 'Canceled')).toEqual(['Canceled']);
    expect(running.pbx.originated).toEqual([]);
  });

test('the same SayText again is no second call; its status is told again [reading 33]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = sayText(phone(0));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
  await running.send(message);
  await expect.poll(() => navigator.statuses(message.guid).map(({ status }) => status)).toEqual(['Queued', 'Active', 'Done', 'Done']);
  expect(running.pbx.originated).toHaveLength(1);
});

test('the stop switch holds all dialling; a SayText meanwhile is refused', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    acknowledge: all' });
  await running.bridge.tracker.setDialling({ now: Date.now(), enabled: false, reason: 'test' });
  const message = sayText(phone(0));
  expect(await running.send(message)).toMatchObject({ evidence: 'refused' });
  expect(await navigator.until(message.guid, 'Canceled')).toEqual(['Canceled']);
  await running.bridge.tracker.setDialling({ now: Date.now(), enabled: true });
  const later = sayText(phone(0));
  await running.send(later);
  await navigator.until(later.guid, 'Done');
});
