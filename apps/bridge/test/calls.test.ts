import { freePorts } from '@taxinav/asterisk';
import { parsePhoneNumber, type Call, type Message } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { phone, startBridge, startNavigator } from './bridge-under-test.ts';

const isCall = (message: Message): message is Call => message.message === 'Call';
const ok = { message: 'ACK', error: 'OK' } as const;

test('a call on a line of the column: Call with its number and car type, acknowledged [TN-4, TN-5, TN-6, TN-7, TN-8]', async () => {
  await using navigator = await startNavigator((message) => (message.message === 'Call' ? ok : undefined));
  await using running = await startBridge(navigator.port);
  running.pbx.callIn({ linkedId: '1.1', line: '0445550101', callerId: '0671234567' });
  expect(await navigator.next(isCall)).toMatchObject({ callerId: '+380671234567', carType: 'Universal' });
  await expect
    .poll(async () => (await running.bridge.tracker.calls({})).lines)
    .toMatchObject([{ kind: 'Call', outcome: 'acknowledged', numbers: ['+380671234567'] }]);
});

test('an unknown line goes to the default column as General', async () => {
  await using navigator = await startNavigator(() => ok);
  await using running = await startBridge(navigator.port);
  const result = await running.bridge.popup({ linkedId: '1.2', line: '0449999999', callerId: '0671234567', at: 0 });
  expect(result).toMatchObject({ columnId: 'north', carType: 'General', outcome: 'acknowledged' });
});

test('a withheld caller gives no popup', async () => {
  await using navigator = await startNavigator(() => ok);
  await using running = await startBridge(navigator.port);
  expect(await running.bridge.popup({ linkedId: '1.3', line: '0445550101', callerId: 'anonymous', at: 0 })).toMatchObject({
    outcome: 'withheld',
  });
  expect(navigator.received).toEqual([]);
});

test('a popup that Taxi Navigator does not take within 3 s is dropped as late [reading 35]', async () => {
  const [port = 0] = await freePorts(1);
  await using running = await startBridge(port);
  expect(await running.bridge.popup({ linkedId: '1.4', line: '0445550101', callerId: '0671234567', at: 0 })).toMatchObject({
    outcome: 'late',
  });
  expect((await running.bridge.tracker.calls({})).lines).toMatchObject([{ outcome: 'late' }]);
});

test('Dial: the operator’s phone rings first, then the client’s, and no answer is given by default [TN-9, reading 36]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  expect(await running.send({ message: 'Dial', tel: phone(0, 7) })).toMatchObject({ evidence: 'taken' });
  await expect.poll(async () => (await running.bridge.tracker.calls({})).lines).toMatchObject([{ kind: 'Dial', outcome: 'answered' }]);
  expect(running.pbx.originated.map(({ endpoint }) => endpoint)).toEqual(['PJSIP/100', 'PJSIP/0670000070@trunk']);
});

test('Dial from a workstation rings the phone of that workstation', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    operators: { 127.0.0.1: PJSIP/101 }' });
  await running.send({ message: 'Dial', tel: phone(2) });
  await expect.poll(() => running.pbx.originated[0]?.endpoint).toBe('PJSIP/101');
});

test('a Dial to a forbidden number is not placed; it stands in the call log', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    acknowledge: all' });
  const tel = parsePhoneNumber('0900123456');
  if (tel === undefined) throw new Error('not a number');
  expect(await running.send({ message: 'Dial', tel })).toMatchObject({ evidence: 'refused', ack: { error: 'premium number' } });
  expect(running.pbx.originated).toEqual([]);
  expect((await running.bridge.tracker.calls({})).lines).toMatchObject([{ kind: 'Dial', outcome: 'refused', detail: 'premium number' }]);
});

test('Conference: the driver rings first, OK as soon as the PBX has taken his call, then the passenger [TN-18, TN-20, TN-22, reading 37]', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  expect(await running.send({ message: 'Conference', tel1: phone(0, 1), tel2: phone(0, 2) })).toMatchObject({ evidence: 'acknowledged' });
  await expect
    .poll(async () => (await running.bridge.tracker.calls({})).lines)
    .toMatchObject([{ kind: 'Conference', outcome: 'answered' }]);
  expect(running.pbx.originated.map(({ endpoint }) => endpoint)).toEqual(['PJSIP/0670000010@trunk', 'PJSIP/0670000020@trunk']);
});

test('a Conference that is repeated while it is alive is the same one', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  const message = { message: 'Conference', tel1: phone(0, 1), tel2: phone(0, 2) } as const;
  const answers = await Promise.all([running.send(message), running.send(message)]);
  expect(answers.map(({ evidence }) => evidence)).toEqual(['acknowledged', 'acknowledged']);
  await expect.poll(() => running.pbx.originated.length).toBeGreaterThan(0);
  expect(running.pbx.originated.filter(({ endpoint }) => endpoint.includes('0670000010'))).toHaveLength(1);
});

test('a Conference beyond the free channels is refused', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, {
    file: 'dialling: { channels: 2, reserve: 1 }\nconference: { ringSeconds: 180 }',
  });
  await running.send({ message: 'Conference', tel1: phone(3, 1), tel2: phone(3, 2) });
  expect(await running.send({ message: 'Conference', tel1: phone(3, 3), tel2: phone(3, 4) })).toMatchObject({
    evidence: 'refused',
    ack: { error: 'no-channel' },
  });
});
