import { asteriskForTests, freePorts } from '@taxinav/asterisk';
import { nationalNumber, type Call, type Guid, type Message, type PhoneNumber } from '@taxinav/codec';
import type { Attempt, CallLogLine } from '@taxinav/notification-tracking';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { folderWithTone, startOnSite, startSite, type OnSite, type Site } from './bridge-on-asterisk.ts';
import { phone, sayText, startNavigator } from './bridge-under-test.ts';
import { heardIn, samplesOf } from './heard-sound.ts';

const isCall = (message: Message): message is Call => message.message === 'Call';
const ok = { message: 'ACK', error: 'OK' } as const;
const never = new AbortController().signal;
/** Every text is a tone of a second, said once; no engine is needed. */
const TONE = 'speech: { engine: none, readings: 1, fallback: tone.wav }';
const OPERATOR = '    operators: { 127.0.0.1: Local/0671119991@recorded }';
/** Calls take their time, and this machine may do other things as well. */
const patient = { timeout: 100_000, interval: 200 };

describe.skipIf(!asteriskForTests().installed)('the bridge on a real Asterisk', { timeout: 240_000 }, () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(async () => {
    const left = await site.channels();
    await site[Symbol.asyncDispose]();
    if (left.length > 0) throw new Error(`channels were left behind: ${left.join(', ')}`);
  });

  async function heard(by: PhoneNumber, text: string, running: OnSite): Promise<{ readonly best: number; readonly times: number }> {
    const { audio } = await running.opened.speech.prepare(text, never);
    // The PBX writes its file after the call, so there may be none yet.
    const recording = await samplesOf(site.recording(nationalNumber(by))).catch(() => new Int16Array());
    return heardIn(recording, await samplesOf(`${audio?.path}.wav`));
  }
  const attempts = async (guid: Guid, running: OnSite): Promise<readonly Attempt[]> =>
    (await running.bridge.tracker.find({ guid }))[0]?.rounds.flatMap((round) => round.attempts) ?? [];
  const ended = async (guid: Guid, running: OnSite): Promise<unknown> => (await attempts(guid, running)).map(({ outcome }) => outcome);
  // Every bridge on the site hears of a call from outside.
  const calls = async (kind: CallLogLine['kind'], running: OnSite): Promise<readonly CallLogLine[]> =>
    (await running.bridge.tracker.calls({})).lines.filter((line) => line.kind === kind);

  test.concurrent('a SayText: the passenger hears the voice of espeak-ng twice, the statuses are true [TN-10, TN-13, TN-16, reading 38]', async ({
    expect,
  }) => {
    await using navigator = await startNavigator();
    await using running = await startOnSite(site, navigator.port);
    const message = sayText(phone(0, 1), 'Машина подана');
    await running.send(message);
    expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
    await expect.poll(() => ended(message.guid, running), patient).toEqual(['answered']);
    expect((await attempts(message.guid, running))[0]?.detail).not.toContain('not heard');
    await expect.poll(() => heard(message.numberToCall, message.textToSay, running), patient).toMatchObject({ times: 2 });
    expect((await heard(message.numberToCall, message.textToSay, running)).best).toBeGreaterThan(0.9);
  });

  test.concurrent('sound over HTTP is heard as well, by the PBX alone', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    const audio = `http://127.0.0.1:${(await freePorts(1))[0]}`;
    await using running = await startOnSite(site, navigator.port, { folder, file: TONE, asterisk: `, audio: '${audio}'` });
    const message = sayText(phone(0, 2));
    await running.send(message);
    await expect.poll(() => ended(message.guid, running), patient).toEqual(['answered']);
    await expect.poll(() => heard(message.numberToCall, message.textToSay, running), patient).toMatchObject({ times: 1 });
  });

  test.concurrent('every ending has its status [TN-16, reading 40]', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    await using running = await startOnSite(site, navigator.port, {
      folder,
      // Where no line is free the time is over soon; the others have theirs, however long the machine takes.
      file: `${TONE.replace(' }', ", phrases: { 'Нет линии': { timeToLiveSeconds: 3 } } }")}\ndialling: { attempts: 1, ringSeconds: 1, channels: 8 }`,
    });
    const endings = { 2: 'Busy', 3: 'Unanswered', 4: 'Unreachable', 5: 'Unreachable', 6: 'Canceled', 7: 'Done' } as const;
    const asked = Object.entries(endings).map(([digit, status]) => ({
      message: sayText(phone(Number(digit), 3), status === 'Canceled' ? 'Нет линии' : undefined),
      status,
    }));
    for (const { message } of asked) await running.send(message);
    for (const { message, status } of asked)
      expect(await navigator.until(message.guid, status)).toEqual(
        status === 'Canceled' ? ['Queued', status] : ['Queued', 'Active', status],
      );
  });

  test.concurrent('a sound that vanishes while the phone rings: Done, logged and counted, no silent call', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    await using running = await startOnSite(site, navigator.port, { folder, file: TONE });
    const message = sayText(phone(8, 48));
    await running.send(message);
    await navigator.until(message.guid, 'Active');
    await rm(folder.file('speech-cache'), { recursive: true });
    await site.lift(nationalNumber(message.numberToCall));
    await expect.poll(() => ended(message.guid, running), patient).toEqual(['answered']);
    const [attempt] = await attempts(message.guid, running);
    expect(attempt?.detail).toContain('not heard to its end');
    // A second of sound, and three of listening, would take longer.
    expect((attempt?.endedAt ?? 0) - (attempt?.answeredAt ?? 0)).toBeLessThan(4_000);
    expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
    expect(running.logged.join('\n')).toContain('"code":"PLAYBACK_FAILED"');
    expect(await running.bridge.metrics.scrape()).toContain('taxinav_announcements_total{column="north",result="cut"} 1');
  });

  test.concurrent('a key joins the passenger to the operator who last handled his number', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    const file = "speech: { engine: none, fallback: tone.wav, operatorKey: '1' }";
    await using running = await startOnSite(site, navigator.port, { folder, file, column: OPERATOR });
    const message = sayText(phone(9, 5));
    const endpoint = 'Local/0671119991@recorded';
    await running.bridge.tracker.noteHandled({ now: Date.now(), phone: message.numberToCall, endpoint });
    await running.send(message);
    await expect.poll(() => running.logged.join('\n'), patient).toContain('"event":"call-joined"');
    expect(await navigator.until(message.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
    const [attempt] = await attempts(message.guid, running);
    await running.opened.pbx.hangUp(attempt?.callId ?? '', 'finished');
    await expect.poll(() => ended(message.guid, running), patient).toEqual(['answered']);
  });

  test.concurrent('Dial: the operator, then the client, and they talk until one hangs up [TN-9, reading 36]', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using running = await startOnSite(site, navigator.port, {
      column: OPERATOR.replace('9991', '9981'),
      file: TONE.replace(', fallback: tone.wav', ''),
    });
    await running.send({ message: 'Dial', tel: phone(7, 6) });
    await expect.poll(() => calls('Dial', running), patient).toMatchObject([{ outcome: 'answered' }]);
    expect(running.logged.join('\n')).toContain('"event":"joined"');
    expect(await running.bridge.tracker.handledBy({ phone: phone(7, 6) })).toBe('Local/0671119981@recorded');
  });

  test.concurrent('Conference: OK, driver and passenger talk [TN-18, TN-20, TN-22, reading 37]', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using running = await startOnSite(site, navigator.port, { file: 'speech: { engine: none }' });
    expect(await running.send({ message: 'Conference', tel1: phone(0, 7), tel2: phone(7, 7) })).toMatchObject({ evidence: 'acknowledged' });
    await expect.poll(() => calls('Conference', running), patient).toMatchObject([{ outcome: 'answered' }]);
    expect(running.logged.join('\n')).toContain('"event":"joined"');
  });

  test.concurrent('Conference: a driver whose passenger is busy is told so', async ({ expect }) => {
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    await using running = await startOnSite(site, navigator.port, { folder, file: TONE });
    const { apology } = running.configuration.conference;
    // What is not ready within a second is not waited for, and this machine may have other things to do.
    await running.opened.speech.prepare(apology, never);
    await running.send({ message: 'Conference', tel1: phone(0, 8), tel2: phone(2, 8) });
    await expect.poll(() => calls('Conference', running), patient).toMatchObject([{ outcome: 'busy' }]);
    await expect.poll(() => heard(phone(0, 8), apology, running), patient).toMatchObject({ times: 1 });
  });

  test.concurrent('a wrong password: what is asked waits until its time is over, health says why, nothing rings', async ({ expect }) => {
    await using navigator = await startNavigator();
    const file = 'speech: { engine: none, ringOnly: true }\ndialling: { timeToLiveSeconds: 2 }';
    await using running = await startOnSite(site, navigator.port, { file, password: 'wrong' });
    const message = sayText(phone(0, 9));
    await running.send(message);
    expect(await navigator.until(message.guid, 'Canceled')).toEqual(['Queued', 'Canceled']);
    expect([running.bridge.pbxState, running.bridge.pbxTrouble]).toEqual(['connecting', 'ARI_UNAUTHORIZED']);
    expect(running.logged.join('\n')).toContain('"code":"ARI_UNAUTHORIZED"');
    expect(await running.send({ message: 'Conference', tel1: phone(0, 9), tel2: phone(1, 9) })).toMatchObject({ evidence: 'refused' });
  });

  test.concurrent('a call that the dialplan tells of: Call with number and car type, once [TN-4, TN-5, TN-8]', async ({ expect }) => {
    await using navigator = await startNavigator((message) => (message.message === 'Call' ? ok : undefined));
    await using running = await startOnSite(site, navigator.port, { file: 'speech: { engine: none }' });
    await expect.poll(() => running.bridge.pbxState, patient).toBe('ready');
    await site.callIn('0445550101', '0671234567');
    expect(await navigator.next(isCall)).toMatchObject({ callerId: '+380671234567', carType: 'Universal' });
    await expect.poll(() => calls('Call', running), patient).toMatchObject([{ outcome: 'acknowledged' }]);
    for (const channel of (await site.ari('GET', 'channels')) as readonly { readonly id: string; readonly name: string }[])
      if (channel.name.includes('0445550101@')) await site.ari('DELETE', `channels/${channel.id}`).catch(() => undefined);
    expect(navigator.received.filter(isCall)).toHaveLength(1);
  });

  for (const [state, digit] of [
    ['rings', 8],
    ['plays', 1],
  ] as const)
    test.concurrent(`a bridge that dies while the phone ${state}: the next one brings the same call to Done, and no line stays taken`, async ({
      expect,
    }) => {
      await using navigator = await startNavigator();
      await using folder = await folderWithTone();
      const file = 'speech: { engine: none, readings: 3, fallback: tone.wav }';
      const first = await startOnSite(site, navigator.port, { folder, file });
      const message = sayText(phone(digit, digit));
      await first.send(message);
      await navigator.until(message.guid, digit === 8 ? 'Active' : 'Done');
      await using second = await first.restart();
      // Asterisk hangs up on who answers while nobody hears it.
      await expect.poll(() => second.bridge.pbxState, patient).toBe('ready');
      await site.lift(nationalNumber(message.numberToCall));
      await expect.poll(() => ended(message.guid, second as OnSite), patient).toEqual(['answered']);
      // A status that was under way when the first one died may come twice.
      expect([...new Set(await navigator.until(message.guid, 'Done'))]).toEqual(['Queued', 'Active', 'Done']);
      expect(await site.channels()).not.toContainEqual(expect.stringContaining(nationalNumber(message.numberToCall)));
    });
});
