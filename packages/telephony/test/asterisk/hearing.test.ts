import { asteriskForTests, startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { FasterClock, temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAriClient } from '../../src/asterisk/ari-client.ts';
import { createAsteriskPbx, type AsteriskPbxOptions, type AsteriskWarning } from '../../src/asterisk/index.ts';
import type { Pbx } from '../../src/index.ts';
import { allSteps, story } from './fake-trial.ts';
import { realClock } from './real-clock.ts';
import { heardMs, tonesOf } from './recording.ts';
import { reaches } from './scenario-bench.ts';
import { writeTone } from './tone-file.ts';

const RINGING_HERTZ = 425;

/** Phones behind a second Asterisk, over SIP: two that write down what they hear, and one that is long in answering. */
function phones(folder: TemporaryFolder): string {
  return `
[incoming]
exten => 0670000001,1,Answer()
 same => n,Record(${folder.file('listener.wav')},0,12,kq)
exten => 0670000002,1,Answer()
 same => n,Record(${folder.file('operator.wav')},0,12,kq)
exten => 0670000003,1,Ringing()
 same => n,Wait(1)
 same => n,Progress()
 same => n,Playtones(600)
 same => n,Wait(1)
 same => n,Answer()
 same => n,Playtones(800)
 same => n,Wait(2)
 same => n,Hangup()
`;
}

function trunkTo({ sipPort }: RunningAsterisk): string {
  return `
[far]
type = endpoint
context = incoming
transport = loopback
disallow = all
allow = alaw
direct_media = no
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
aors = far

[far]
type = aor
contact = sip:127.0.0.1:${sipPort}
`;
}

describe.skipIf(!asteriskForTests().installed)('what is heard, on Asterisk', () => {
  const opened = new AsyncDisposableStack();
  let folder: TemporaryFolder;
  let far: RunningAsterisk;
  let asterisk: RunningAsterisk;
  let calls = 0;
  beforeAll(async () => {
    folder = opened.use(await temporaryFolder());
    await writeTone(folder.file('tone'), 1_250);
    far = opened.use(await startAsterisk({ extra: { 'extensions.conf': phones(folder) } }));
    asterisk = opened.use(await startAsterisk({ extra: { 'pjsip.conf': trunkTo(far) } }));
  });
  afterAll(() => opened.disposeAsync());

  async function start(
    more: Partial<AsteriskPbxOptions> = {},
  ): Promise<{ readonly pbx: Pbx; readonly warnings: readonly AsteriskWarning[] }> {
    const warnings: AsteriskWarning[] = [];
    const { ariUrl: url, username, password } = asterisk;
    const account = { url, username, password, application: `hearing-${(calls += 1)}` };
    const pbx = createAsteriskPbx({ clock: realClock, random: Math.random, ...account, onWarning: (one) => warnings.push(one), ...more });
    await pbx.start();
    await reaches(pbx, 'ready');
    return { pbx, warnings };
  }
  const newCallId = (): string => `taxinav-hearing-${(calls += 1)}x`;
  const announce = (pbx: Pbx, path: string, endpoint = 'Local/0671234560@subscribers'): ReturnType<Pbx['announce']> =>
    pbx.announce({
      callId: newCallId(),
      target: { endpoint },
      announcement: { text: '', audio: { path, durationMs: 1_250 }, readings: 2 },
    });

  /** What a phone has written down: whole once its PBX has hung up as well, which is a moment after ours. */
  async function heardBy(recording: string, hertz: readonly number[]): Promise<readonly number[]> {
    const { ariUrl: url, username, password } = far;
    const client = createAriClient({ clock: realClock, url, username, password });
    await expect.poll(() => client.channels()).toEqual([]);
    return tonesOf(folder.file(recording), hertz);
  }

  test('the called phone hears 300 ms of silence, both readings, and then the open line', async () => {
    const { pbx, warnings } = await start();
    await using _stopped = pbx;
    const steps = await allSteps(announce(pbx, folder.file('tone'), 'PJSIP/0670000001@far'));
    expect(story(steps)).toBe('taken, answered, spoken, ended answered');
    const slices = await heardBy('listener.wav', [440]);
    expect(heardMs(slices, 440), slices.join(' ')).toBeGreaterThanOrEqual(1_900);
    expect(heardMs(slices, 440)).toBeLessThanOrEqual(2_600);
    const at = (name: string): number => steps.find(({ step }) => step === name)?.at ?? Number.NaN;
    expect(at('spoken') - at('answered')).toBeGreaterThanOrEqual(300 + 2_450);
    expect(warnings).toEqual([]);
  });

  test('the first of a join hears the second ring, what its network says, and then the second [reading 36]', async () => {
    const { pbx } = await start();
    await using _stopped = pbx;
    const targets = { first: { endpoint: 'PJSIP/0670000002@far' }, second: { endpoint: 'PJSIP/0670000003@far' } };
    const steps = await allSteps(pbx.connect({ callId: newCallId(), ...targets }));
    expect(story(steps)).toBe('taken, answered, taken, ringing, progress, answered, joined, ended answered');
    const slices = await heardBy('operator.wav', [RINGING_HERTZ, 600, 800]);
    for (const [tone, atLeast] of [
      [RINGING_HERTZ, 600],
      [600, 700],
      [800, 1_500],
    ] as const) {
      expect(heardMs(slices, tone), `${tone} Hz in ${slices.join(' ')}`).toBeGreaterThanOrEqual(atLeast);
    }
  });

  test('a sound that is not there is a warning and the end of the call, not a silent call', async () => {
    const { pbx, warnings } = await start();
    await using _stopped = pbx;
    expect(story(await allSteps(announce(pbx, folder.file('nothing'))))).toBe('taken, ringing, answered, ended answered');
    expect(warnings).toMatchObject([{ code: 'PLAYBACK_FAILED' }]);
  });

  test('a sound of a kind that Asterisk never finishes is a warning and the end of the call', async () => {
    const { pbx, warnings } = await start({ clock: new FasterClock(10), media: () => 'bogus:sound' });
    await using _stopped = pbx;
    const steps = await allSteps(announce(pbx, folder.file('tone')));
    expect(story(steps)).toBe('taken, ringing, answered, ended answered');
    expect(warnings).toMatchObject([{ code: 'PLAYBACK_UNFINISHED' }]);
  });

  test('a phone hung up on in the middle of the sound is no warning', async () => {
    const { pbx, warnings } = await start();
    await using _stopped = pbx;
    await allSteps(announce(pbx, folder.file('tone'), 'Local/0671234567@subscribers'));
    expect(warnings).toEqual([]);
  });

  test.each(['Local/0671234560@no-such-context', 'PJSIP/0671234560@no-such-trunk'])(
    'an endpoint that leads nowhere (%s) is trunk trouble, and nothing was originated',
    async (endpoint) => {
      const { pbx } = await start();
      await using _stopped = pbx;
      const steps = await allSteps(announce(pbx, folder.file('tone'), endpoint));
      expect(steps.at(-1)).toMatchObject({ outcome: 'trunkTrouble', evidence: { notOriginated: true } });
    },
  );
});
