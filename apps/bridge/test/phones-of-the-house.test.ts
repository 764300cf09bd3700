import { encodeMessage, type Call, type Message } from '@taxinav/codec';
import { connect } from 'node:net';
import { systemClock } from '@taxinav/transport';
import { expect, test } from 'vitest';
import type { BridgeParts } from '../src/bridge.ts';
import { simulatedSpeech } from '../src/dialling/speech.ts';
import { openHttp } from '../src/http/server.ts';
import { createLog } from '../src/logging.ts';
import { PbxWarnings } from '../src/pbx-warnings.ts';
import { configured, phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { ended, ScriptedPbx } from './scripted-pbx.ts';

const ok = { message: 'ACK', error: 'OK' } as const;
const calls = (received: readonly Message[]): readonly Call[] => received.filter((message) => message.message === 'Call');
const on =
  (pbx: ScriptedPbx, more: Partial<BridgeParts> = {}) =>
  (parts: BridgeParts): BridgeParts => ({ ...parts, pbx, ...more });
const OPERATORS = '    operators: { 10.0.0.7: PJSIP/107 }\n    autoAnswer: "Call-Info: <sip:taxinav>;answer-after=0"';

test('Dial: without a workstation of its own, the operator who last talked to the number; his phone picks up by itself [TN-9, reading 36]', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: OPERATORS, parts: on(pbx) });
  const sent = running.send({ message: 'Dial', tel: phone(0, 1) });
  const first = await pbx.call(0);
  first.tell({ step: 'taken', leg: 'first' });
  await sent;
  expect(first.connect).toMatchObject({
    first: { endpoint: 'PJSIP/100', autoAnswer: 'Call-Info: <sip:taxinav>;answer-after=0' },
    second: { endpoint: 'PJSIP/0670000010@trunk' },
  });
  pbx.endCallIn({ call: { linkedId: '1', callerId: '0670000020', line: '0445550101', at: 0 }, outcome: 'answered', endpoint: 'PJSIP/107' });
  await expect.poll(() => running.bridge.tracker.handledBy({ phone: phone(0, 2) })).toBe('PJSIP/107');
  const again = running.send({ message: 'Dial', tel: phone(0, 2) });
  const second = await pbx.call(1);
  second.tell({ step: 'taken', leg: 'first' });
  await again;
  expect(second.connect?.first.endpoint).toBe('PJSIP/107');
});

test('who talked in a joined Dial is remembered; a phone that no column names is not', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    operators: { 127.0.0.1: PJSIP/101 }', parts: on(pbx) });
  const sent = running.send({ message: 'Dial', tel: phone(0, 1) });
  const call = await pbx.call(0);
  expect(call.connect?.first).not.toHaveProperty('autoAnswer');
  call.tell({ step: 'taken', leg: 'first' }, { step: 'answered', leg: 'first' }, { step: 'answered', leg: 'second' }, { step: 'joined' });
  await sent;
  await expect.poll(() => running.bridge.tracker.handledBy({ phone: phone(0, 1) })).toBe('PJSIP/101');
  call.tell(ended.answered('second'));
  pbx.endCallIn({ call: { linkedId: '2', callerId: '0670000020', at: 0 }, outcome: 'answered', endpoint: 'PJSIP/trunk' });
  pbx.endCallIn({ call: { linkedId: '3', callerId: '0670000030', at: 0 }, outcome: 'answered', endpoint: 'PJSIP/100' });
  await expect.poll(() => running.bridge.tracker.handledBy({ phone: phone(0, 3) })).toBe('PJSIP/100');
  expect(await running.bridge.tracker.handledBy({ phone: phone(0, 2) })).toBeUndefined();
});

test('behind a trusted balancer the workstation is the one that its header names', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, {
    column: '    operators: { 10.0.0.7: PJSIP/107 }',
    file: 'trustedProxies: [127.0.0.1]',
    parts: on(pbx),
  });
  // PROXY protocol v2: TCP over IPv4, from 10.0.0.7:50000 to 10.0.0.1:6301.
  const header = Buffer.from('0d0a0d0a000d0a515549540a2111000c0a0000070a000001c350189d', 'hex');
  const socket = connect(running.port(), '127.0.0.1');
  socket.end(Buffer.concat([header, encodeMessage({ message: 'Dial', tel: phone(0, 1) }, { encoding: 'utf-8' })]));
  const call = await pbx.call(0);
  expect(call.connect?.first.endpoint).toBe('PJSIP/107');
  call.tell({ step: 'taken', leg: 'first' });
  socket.destroy();
});

test('an operator who is remembered but not named by the column any more is not rung', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: on(pbx) });
  await running.bridge.tracker.noteHandled({ now: Date.now(), phone: phone(0, 1), endpoint: 'PJSIP/666' });
  const sent = running.send({ message: 'Dial', tel: phone(0, 1) });
  const call = await pbx.call(0);
  call.tell({ step: 'taken', leg: 'first' });
  await sent;
  expect(call.connect?.first.endpoint).toBe('PJSIP/100');
});

test('Conference: the driver is told when the passenger cannot be reached; with an empty apology he is not [TN-18]', async () => {
  for (const [file, apology] of [
    ['', { text: 'Не вдалося додзвонитися до пасажира.', readings: 1 }],
    ['conference: { apology: "" }', undefined],
    ['speech: { ringOnly: true }', undefined],
  ] as const) {
    const pbx = new ScriptedPbx();
    await using navigator = await startNavigator();
    const speech = simulatedSpeech({ ringOnly: file.startsWith('speech') });
    await using running = await startBridge(navigator.port, { file, parts: on(pbx, { speech }) });
    const sent = running.send({ message: 'Conference', tel1: phone(0, 1), tel2: phone(0, 2) });
    const call = await pbx.call(0);
    expect(call.conference?.apology).toEqual(apology);
    call.tell({ step: 'taken', leg: 'first' });
    expect(await sent).toMatchObject({ evidence: 'acknowledged' });
  }
});

test('a voice that is late does not hold the driver’s call', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  const speech = { ...simulatedSpeech(), prepare: () => new Promise<never>(() => undefined) };
  await using running = await startBridge(navigator.port, { parts: on(pbx, { speech }) });
  const sent = running.send({ message: 'Conference', tel1: phone(0, 1), tel2: phone(0, 2) });
  const call = await pbx.call(0);
  expect(call.conference).not.toHaveProperty('apology');
  call.tell({ step: 'taken', leg: 'first' });
  await sent;
});

const line = '0445550101';
for (const [popups, incoming, missed] of [
  ['incoming', 1, 0],
  ['missed', 0, 1],
  ['both', 1, 1],
] as const)
  test(`popups: ${popups}: ${incoming} as the call comes in, ${missed} when nobody took it, once a call [TN-4]`, async () => {
    const pbx = new ScriptedPbx();
    await using navigator = await startNavigator((message) => (message.message === 'Call' ? ok : undefined));
    await using running = await startBridge(navigator.port, { column: `    popups: ${popups}`, parts: on(pbx) });
    const call = { linkedId: '7.1', line, callerId: '0670000010' };
    const shown = async (): Promise<readonly (string | undefined)[]> =>
      (await running.bridge.tracker.calls({})).lines.map(({ detail }) => (detail?.startsWith('missed: ') === true ? 'missed' : 'incoming'));
    pbx.callIn(call);
    await expect.poll(shown).toEqual(incoming === 1 ? ['incoming'] : []);
    const outcome = { call: { ...call, at: 0 }, outcome: 'missed' } as const;
    pbx.endCallIn(outcome);
    pbx.endCallIn(outcome);
    // A call of another passenger comes last: whatever was due before it has been shown.
    pbx.endCallIn({ call: { ...call, linkedId: '7.2', callerId: '0670000020', at: 0 }, outcome: 'missed' });
    await expect.poll(async () => (await shown()).length).toBe(incoming + 2 * missed);
    expect(calls(navigator.received).filter(({ callerId }) => callerId === phone(0, 1))).toHaveLength(incoming + missed);
  });

test('popups: missed: who calls in is not called any more all the same', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    popups: missed', parts: on(pbx) });
  const message = sayText(phone(0, 1));
  await running.send(message);
  (await pbx.call(0)).tell({ step: 'taken', leg: 'first' }, { step: 'ringing', leg: 'first' }, ended.unanswered());
  await expect
    .poll(() => navigator.statuses(message.guid).map(({ status }) => status))
    .toEqual(['Queued', 'Active', 'Unanswered', 'Queued']);
  pbx.callIn({ linkedId: '8.1', line, callerId: '0670000010' });
  await expect.poll(async () => (await running.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]?.state).toBe('final');
  expect(calls(navigator.received)).toEqual([]);
});

test('five notifications that did not ring: the trunk stands in health, columns and metrics, and the bridge stays ready', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: on(pbx), file: 'dialling: { channels: 6 }' });
  const { http } = configured(
    'columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]\nhttp: { listen: 127.0.0.1:0 }',
    running.folder,
  );
  const server = await openHttp(http, running.bridge, { log: createLog('silent'), clock: systemClock, version: '0.0.0' });
  try {
    for (let serial = 0; serial < 5; serial += 1) {
      await running.send(sayText(phone(0, serial)));
      (await pbx.call(serial)).tell({ step: 'taken', leg: 'first' }, ended.silent());
    }
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.address.port}${path}`);
    const endpoint = 'PJSIP/{number}@trunk';
    await expect.poll(async () => (await get('/api/v1/columns')).json()).toMatchObject({ pbx: { state: 'ready', alarms: [{ endpoint }] } });
    const health = await get('/health/ready');
    expect([health.status, await health.text()]).toEqual([200, expect.stringContaining(`balance or caller ID? ${endpoint}`)]);
    expect(await (await get('/metrics')).text()).toContain(`taxinav_trunk_alarm{endpoint="${endpoint}"} 1`);
    const sent = running.send({ message: 'Dial', tel: phone(0, 9) });
    const dial = await pbx.next(({ connect }) => connect !== undefined);
    dial.tell({ step: 'taken', leg: 'first' }, { step: 'answered', leg: 'first' });
    await sent;
    expect(running.bridge.trunkAlarms).toHaveLength(1);
    dial.tell({ step: 'ringing', leg: 'second' });
    await expect.poll(() => running.bridge.trunkAlarms).toEqual([]);
    expect(running.logged.filter((each) => each.includes('"event":"trunk-alarm'))).toHaveLength(2);
  } finally {
    await server.close();
  }
});

test('warnings of the driver are logged without numbers and counted, also those from before the start', async () => {
  const pbxWarnings = new PbxWarnings();
  for (let count = 0; count < 120; count += 1) pbxWarnings.tell({ code: 'ARI_SILENT', message: 'two pings were not answered' });
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: on(new ScriptedPbx(), { pbxWarnings }) });
  pbxWarnings.tell({
    code: 'ARI_REQUEST_FAILED',
    message: 'POST channels failed',
    callId: 'taxinav-1-1',
    cause: new Error('500 for Local/0671234567@out'),
  });
  const metrics = await running.bridge.metrics.scrape();
  expect(metrics).toContain('taxinav_pbx_warnings_total{code="ARI_SILENT"} 100');
  expect(metrics).toContain('taxinav_pbx_warnings_total{code="ARI_REQUEST_FAILED"} 1');
  const logged = running.logged.find((each) => each.includes('ARI_REQUEST_FAILED'));
  expect(logged).toContain('"event":"pbx-warning"');
  expect(logged).toContain('500 for Local/***67@out');
});

test('a start asks the PBX with the installation’s prefix, also where nothing is alive', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: on(pbx) });
  await expect.poll(() => pbx.reconciled).toHaveLength(1);
  const [asked] = pbx.reconciled;
  expect(asked?.callIds).toEqual([]);
  expect(asked?.prefix).toMatch(/^taxinav-[A-Za-z0-9]+-$/);
  await running.send(sayText(phone(0, 1)));
  expect((await pbx.call(0)).announce?.callId).toContain(asked?.prefix);
});
