import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';

/** A GSM gateway with one channel for numbers that end with 3, which ring and are never answered; everything else leaves by a trunk. */
const COLUMN = `
    acknowledge: all
    routes:
      - { match: '\\d{9}3', endpoint: 'PJSIP/{number}@gateway', channels: 1 }
      - { endpoint: 'PJSIP/{number}@trunk' }`;

test('routes[].channels: SayText waits for the route, others go past it; Dial and Conference are refused', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: COLUMN, file: 'dialling: { channels: 9, ringSeconds: 180 }' });
  const [first, second, past] = [sayText(phone(3, 1)), sayText(phone(3, 2)), sayText(phone(0, 3))];
  await running.send(first);
  await navigator.until(first.guid, 'Active');
  await running.send(second);
  await running.send(past);
  expect(await navigator.until(past.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  expect(await running.send({ message: 'Dial', tel: phone(3, 4) })).toMatchObject({ ack: { error: 'no-channel' } });
  expect(await running.send({ message: 'Conference', tel1: phone(0, 5), tel2: phone(3, 6) })).toMatchObject({
    ack: { error: 'no-channel' },
  });
  expect(await running.send({ message: 'Dial', tel: phone(0, 7) })).toMatchObject({ ack: { error: 'OK' } });
  expect(navigator.statuses(second.guid).map(({ status }) => status)).toEqual(['Queued']);
  // When the first has rung for its time the route is the second's.
  const [history] = await running.bridge.tracker.find({ guid: first.guid });
  await running.pbx.hangUp(history?.rounds[0]?.attempts[0]?.callId ?? '', 'ringTimeout');
  await navigator.until(first.guid, 'Queued');
  await navigator.until(second.guid, 'Active');
});

test('a route that several columns share has the channels of the lowest limit, over all of them', async () => {
  await using navigator = await startNavigator();
  const other = `${COLUMN.replace('channels: 1', 'channels: 5')}
  - id: south
    listen: 127.0.0.1:0
    navigator: 127.0.0.1:${navigator.port}
    status: 127.0.0.1:${navigator.port}
    operator: PJSIP/200${COLUMN}`;
  await using running = await startBridge(navigator.port, { column: other, file: 'dialling: { channels: 9, ringSeconds: 180 }' });
  const first = sayText(phone(3, 1));
  await running.send(first, 1);
  await navigator.until(first.guid, 'Active');
  expect(await running.send({ message: 'Dial', tel: phone(3, 2) }, 0)).toMatchObject({ ack: { error: 'no-channel' } });
  expect(await running.send({ message: 'Dial', tel: phone(0, 2) }, 0)).toMatchObject({ ack: { error: 'OK' } });
});
