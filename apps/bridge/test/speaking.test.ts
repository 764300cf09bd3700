import type { PhraseSettings } from '@taxinav/speech';
import { expect, test } from 'vitest';
import { simulatedSpeech, soundedSpeech, type SpeakingDefaults } from '../src/dialling/speech.ts';
import type { BridgeParts } from '../src/bridge.ts';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { ended, ScriptedPbx } from './scripted-pbx.ts';

const PHRASES: Readonly<Record<string, PhraseSettings>> = {
  'Машина подана': { readings: 3, timeToLiveSeconds: 400, attempts: 1 },
  Подзвоніть: { ringOnly: true },
  Вголос: { ringOnly: false },
};

/** Speech as the package gives it, with sound that costs nothing. */
function sounds(defaults: SpeakingDefaults, failing = false): BridgeParts['speech'] {
  return soundedSpeech(
    {
      refusal: (text) => (text.startsWith('!') ? 'nothing to say' : undefined),
      settingsOf: (text) => PHRASES[text],
      prepare: (text) =>
        failing
          ? Promise.reject(new Error('no voice'))
          : Promise.resolve({
              path: '/cache/sound',
              durationMs: 2_000,
              source: 'synthesized',
              ...(PHRASES[text] === undefined ? {} : { settings: PHRASES[text] }),
            }),
      warm: () => Promise.resolve([{ phrase: 'Машина подана', error: new Error('no recording') }]),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    defaults,
  );
}

const spoken: SpeakingDefaults = { readings: 2, ringOnly: false };
const withParts =
  (pbx: ScriptedPbx, speech: BridgeParts['speech'] = sounds(spoken)) =>
  (parts: BridgeParts): BridgeParts => ({ ...parts, pbx, speech });

test('sound is prepared before the call; readings are the phrase’s, else the configuration’s', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx) });
  await running.send(sayText(phone(0, 1), 'Машина подана'));
  const audio = { path: '/cache/sound', durationMs: 2_000 };
  expect((await pbx.call(0)).announce).toMatchObject({
    target: { endpoint: 'PJSIP/0670000010@trunk', progress: 'announcement', ringSeconds: 25 },
    announcement: { text: 'Машина подана', audio, readings: 3 },
  });
  expect((await pbx.call(0)).announce).not.toHaveProperty('keys');
  await running.send(sayText(phone(0, 2), 'Машина біля дому'));
  expect((await pbx.call(1)).announce?.announcement).toEqual({ text: 'Машина біля дому', audio, readings: 2 });
});

test('time to live and attempts of a phrase are its round’s', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx) });
  const message = sayText(phone(0, 1), 'Машина подана');
  await running.send(message);
  const [history] = await running.bridge.tracker.find({ guid: message.guid });
  const [round] = history?.rounds ?? [];
  expect((round?.expiresAt ?? 0) - (round?.acceptedAt ?? 0)).toBe(400_000);
  (await pbx.call(0)).tell({ step: 'taken', leg: 'first' }, { step: 'ringing', leg: 'first' }, ended.unanswered());
  expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
});

test('a phrase that only rings makes no sound, whatever there is to make it with', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx, sounds(spoken, true)) });
  const message = sayText(phone(0, 1), 'Подзвоніть');
  await running.send(message);
  const call = await pbx.call(0);
  expect(call.announce?.announcement).toEqual({ text: 'Подзвоніть', readings: 0 });
  call.tell({ step: 'taken', leg: 'first' }, { step: 'ringing', leg: 'first' }, { step: 'answered', leg: 'first' }, ended.answered());
  expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
});

test('speech.ringOnly rings every text but a phrase that says otherwise', async () => {
  const speech = sounds({ readings: 2, ringOnly: true });
  const { signal } = new AbortController();
  expect(speech.refusal('!')).toBeUndefined();
  expect(await speech.prepare('будь-що', signal)).toEqual({ text: 'будь-що', readings: 0 });
  expect(await speech.prepare('Вголос', signal)).toMatchObject({ audio: { path: '/cache/sound' }, readings: 2 });
  expect(sounds(spoken).refusal('!')).toBe('nothing to say');
});

test('speech of the simulated PBX honours phrases as well', async () => {
  const { signal } = new AbortController();
  const speech = simulatedSpeech({ settingsOf: (text) => PHRASES[text] });
  expect(await speech.prepare('Машина подана', signal)).toEqual({ text: 'Машина подана', readings: 3 });
  expect(await speech.prepare('Подзвоніть', signal)).toEqual({ text: 'Подзвоніть', readings: 0 });
  expect(speech.refusal('а'.repeat(700))).toBe('text too long to be spoken');
  expect(simulatedSpeech({ ringOnly: true }).refusal('а'.repeat(700))).toBeUndefined();
});

test('a text that cannot be made into sound is never dialled: Canceled, and the log says why', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx, sounds(spoken, true)) });
  const message = sayText(phone(0, 1), 'Машина біля дому');
  await running.send(message);
  expect(await navigator.until(message.guid, 'Canceled')).toEqual(['Queued', 'Canceled']);
  expect(pbx.asked).toEqual([]);
  expect(running.logged.join('\n')).toContain('"event":"speech-failed"');
});

test('a known phrase without sound is told at the start', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(new ScriptedPbx()) });
  await expect.poll(() => running.logged.join('\n')).toMatch(/"event":"phrase-failed","phrase":"Машина подана"/);
});

test('a sound that vanished: the answer is Done, and history and metrics say that it was not heard', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx) });
  const message = sayText(phone(0, 1));
  await running.send(message);
  (await pbx.call(0)).tell(
    { step: 'taken', leg: 'first' },
    { step: 'ringing', leg: 'first' },
    { step: 'answered', leg: 'first' },
    ended.answered(),
  );
  expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  await expect
    .poll(async () => (await running.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]?.attempts[0])
    .toMatchObject({ outcome: 'answered', detail: 'cause 16, not heard to its end' });
  expect(await running.bridge.metrics.scrape()).toMatch(/taxinav_announcements_total\{column="north",result="cut"\} 1/);
});

test('keys: the text again, and the operator who last handled the number; what he does changes no status', async () => {
  const pbx = new ScriptedPbx();
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, {
    column: '    operators: { 10.0.0.7: PJSIP/107 }',
    file: "speech: { repeatKey: '1', operatorKey: '0' }",
    parts: withParts(pbx),
  });
  const message = sayText(phone(0, 1));
  await running.bridge.tracker.noteHandled({ now: Date.now(), phone: phone(0, 1), endpoint: 'PJSIP/107' });
  await running.send(message);
  const call = await pbx.call(0);
  expect(call.announce?.keys).toEqual({
    repeat: '1',
    operator: { digit: '0', target: { endpoint: 'PJSIP/107', callerId: '0670000010', ringSeconds: 25 } },
  });
  call.tell(
    { step: 'taken', leg: 'first' },
    { step: 'ringing', leg: 'first' },
    { step: 'answered', leg: 'first' },
    { step: 'spoken', leg: 'first' },
    { step: 'digit', leg: 'first', digit: '0' },
    { step: 'taken', leg: 'second' },
    { step: 'ringing', leg: 'second' },
    ended.unanswered('second'),
  );
  await expect
    .poll(async () => (await running.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]?.attempts[0]?.outcome)
    .toBe('answered');
  expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
  expect(await running.bridge.metrics.scrape()).toMatch(/taxinav_announcements_total\{column="north",result="heard"\} 1/);
});

test('a request that the driver refuses at once ends its attempt: the line is free again', async () => {
  const pbx = new ScriptedPbx();
  pbx.refuses = true;
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { parts: withParts(pbx) });
  const message = sayText(phone(0, 1));
  await running.send(message);
  await expect
    .poll(async () => (await running.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]?.attempts[0])
    .toMatchObject({ outcome: 'trunkTrouble', detail: 'the PBX refused the call' });
  expect((await running.bridge.tracker.summary()).channelsInUse).toBe(0);
});
