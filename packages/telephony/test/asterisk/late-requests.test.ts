import { expect, test } from 'vitest';
import type { FakeAnswer } from './fake-ari.ts';
import { allSteps, announcement, channelEvent, startFakeTrial, story, type FakeTrial } from './fake-trial.ts';

const IN_DOUBT = /POST \/channels$/;

/** An Asterisk that gives a request the answer that was chosen for it; `asked` counts how often it came. */
function answers(rules: readonly (readonly [request: RegExp, answer: (time: number, ari: Tell) => FakeAnswer])[]) {
  const times = new Map<RegExp, number>();
  return ({ method, path }: { readonly method: string; readonly path: string }, ari: Tell): FakeAnswer => {
    for (const [request, answer] of rules) {
      if (!request.test(`${method} ${path}`)) continue;
      const time = (times.get(request) ?? 0) + 1;
      times.set(request, time);
      return answer(time, ari);
    }
    return undefined;
  };
}

interface Tell {
  tell(application: string, event: object): void;
}

async function ready(trial: FakeTrial): Promise<void> {
  await expect.poll(() => trial.pbx.state).toBe('ready');
}

const deletes = (trial: FakeTrial): readonly string[] => trial.asked().filter((one) => one.startsWith('DELETE'));
const channel = (id: string): object => ({ id, name: 'Local/1', state: 'Up' });

test.each([
  ['before its answer', 0],
  ['after its answer', 2],
])('an absence proves nothing where the channel is heard of %s: the call goes on', async (_when, delayMs) => {
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      [
        /GET \/channels\/call-1-1/,
        (time, ari) => {
          const ring = (): void => ari.tell('taxinav', channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' }));
          if (time === 1 && delayMs === 0) ring();
          if (time === 1 && delayMs > 0) setTimeout(ring, delayMs);
          if (time === 2) setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 })), 20);
          return time === 1 ? { status: 404 } : { status: 200, json: { ...channel('call-1-1'), state: 'Ringing' } };
        },
      ],
    ]),
  );
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, ringing, ended rejected');
});

test('a listing at the return that lacks an originate in doubt does not end it: it is asked for twice from then on', async () => {
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      [
        /GET \/channels\/call-1-1/,
        (time, ari) => {
          if (time === 1) trial.ari.socket('taxinav')?.terminate();
          if (time < 3) return { status: 404 };
          setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 })), 20);
          return { status: 200, json: { ...channel('call-1-1'), state: 'Down' } };
        },
      ],
    ]),
  );
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, ended busy');
});

test('an absence answered before a reconnect whose listing has the channel proves nothing either', async () => {
  let isThere = false;
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      [
        /GET \/channels\/call-1-1/,
        (time) => {
          if (time > 1) return { status: 200, json: channel('call-1-1') };
          isThere = true;
          trial.ari.socket('taxinav')?.terminate();
          return { status: 404 };
        },
      ],
      [/GET \/channels$/, () => ({ status: 200, json: isThere ? [channel('call-1-1')] : [] })],
      [/POST .*\/play\//, (_, ari) => void setTimeout(() => ari.tell('taxinav', played), 5)],
      [/DELETE /, (_, ari) => void setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 16 })), 5)],
    ]),
  );
  const played = { type: 'PlaybackFinished', playback: { id: 'call-1-say-1', state: 'done' } };
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, answered, spoken, ended answered');
});

test('a listing that was made before a channel was heard of does not end its call', async () => {
  let connects = 0;
  await using trial = await startFakeTrial(
    answers([
      [
        /GET \/channels$/,
        (_, ari) => {
          connects += 1;
          if (connects > 1) ari.tell('taxinav', channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' }));
          return undefined;
        },
      ],
      [
        /GET \/channels\/call-1-1/,
        (_, ari) => {
          setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 })), 20);
          return { status: 200, json: { ...channel('call-1-1'), state: 'Ringing' } };
        },
      ],
    ]),
  );
  await ready(trial);
  const steps = trial.pbx.announce(announcement('call-1'));
  await expect.poll(trial.asked).toContain('POST /channels');
  trial.ari.socket('taxinav')?.terminate();
  expect(story(await allSteps(steps))).toBe('taken, ringing, ended rejected');
});

test('an originate in doubt whose channel is absent is asked for again 2 s later, and goes on when it is there then', async () => {
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      [
        /GET \/channels\/call-1-1/,
        (time, ari) => {
          if (time === 1) return { status: 404 };
          setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 })), 20);
          return { status: 200, json: { ...channel('call-1-1'), state: 'Down' } };
        },
      ],
    ]),
  );
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, ended busy');
});

test('an originate that is carried out after it was judged absent is hung up, until it is gone, and told once', async () => {
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      // Lost on its way, refused, done, and gone.
      [
        /DELETE \/channels\/call-1-1/,
        (time) => (['never', { status: 503 }, undefined] as const)[time - 1] ?? (time > 3 ? { status: 404 } : undefined),
      ],
    ]),
  );
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('ended trunkTrouble');
  expect(deletes(trial)).toEqual([]);
  trial.channelEvent('Dial', 'call-1');
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' });
  await expect.poll(() => deletes(trial).length, { timeout: 5_000 }).toBe(4);
  expect(trial.warned().filter((code) => code === 'ORPHAN_HUNG_UP')).toHaveLength(1);
  // It may come twice: whoever was dialled is let go again.
  await expect.poll(() => (trial.channelEvent('StasisStart', 'call-1', { args: [] }), deletes(trial).length)).toBe(5);
});

test('a hang-up that is lost on its way is asked for again until the channel is gone', async () => {
  await using trial = await startFakeTrial(
    answers([
      [/GET \/channels\/call-1-1/, () => ({ status: 200, json: { ...channel('call-1-1'), state: 'Ringing' } })],
      [
        /DELETE \/channels\/call-1-1/,
        (time, ari) => {
          if (time < 3) return 'never';
          ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 16 }));
          return undefined;
        },
      ],
    ]),
  );
  await ready(trial);
  const steps = trial.pbx.announce(announcement('call-1'));
  await expect.poll(trial.asked).toContain('POST /channels');
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' });
  await trial.pbx.hangUp('call-1', 'canceled');
  expect(story(await allSteps(steps))).toMatch(/ended un(answered|reachable)$/);
  expect(deletes(trial)).toHaveLength(3);
});

test('a call that we hung up and that is gone without a word is not lost', async () => {
  await using trial = await startFakeTrial();
  await ready(trial);
  const steps = trial.pbx.announce(announcement('call-1'));
  await expect.poll(trial.asked).toContain('POST /channels');
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' });
  await expect.poll(() => trial.pbx.reconcile(['call-1'])).toHaveLength(1);
  await trial.pbx.hangUp('call-1', 'finished');
  const all = await allSteps(steps);
  expect(story(all)).toBe('taken, ringing, ended unanswered');
  expect(all.at(-1)).not.toHaveProperty('evidence.lost');
});

test('a second phone that is carried out late, while the first is still told so, is hung up', async () => {
  await using trial = await startFakeTrial(answers([[/POST \/channels\/create/, () => 'never']]));
  await ready(trial);
  const steps = trial.pbx.conference({
    callId: 'call-1',
    first: { endpoint: 'PJSIP/100' },
    second: { endpoint: 'PJSIP/101' },
    apology: { text: '', audio: { path: '/sorry', durationMs: 60_000 }, readings: 1 },
  });
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked, { timeout: 5_000 }).toContain('POST /channels/call-1-1/play/call-1-say-1');
  trial.ari.tell('taxinav', { type: 'StasisStart', args: [], channel: { id: 'call-1-2', name: 'PJSIP/101', state: 'Down' } });
  await expect.poll(() => deletes(trial)).toEqual(['DELETE /channels/call-1-2']);
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  expect(story(await allSteps(steps))).toMatch(/ended trunkTrouble$/);
});

test('a channel that came into being while the PBX was away is hung up at the return, and no other', async () => {
  let there: readonly object[] = [];
  await using trial = await startFakeTrial(
    answers([
      [IN_DOUBT, () => 'never'],
      [/GET \/channels$/, () => ({ status: 200, json: there })],
    ]),
  );
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('ended trunkTrouble');
  there = ['call-1-1', 'call-1-1;2', 'call-2-1', 'asterisk-17.3'].map(channel);
  trial.ari.socket('taxinav')?.terminate();
  await expect.poll(() => deletes(trial)).toContain('DELETE /channels/call-1-1');
  await ready(trial);
  expect(new Set(deletes(trial))).toEqual(new Set(['DELETE /channels/call-1-1']));
});

test('a call absent once may still be adopted; absent twice it is lost, its bridge is taken away, and it is hung up should it come', async () => {
  await using trial = await startFakeTrial();
  await ready(trial);
  expect(await trial.pbx.reconcile(['taxinav-a-1', 'taxinav-a-2'], 'taxinav-a-')).toEqual([]);
  expect(await trial.pbx.reconcile(['taxinav-a-2'], 'taxinav-a-')).toEqual([]);
  // It may have left its bridge.
  await expect.poll(() => deletes(trial)).toEqual(['DELETE /bridges/taxinav-a-2']);
  for (const callId of ['taxinav-a-1', 'taxinav-a-2']) trial.channelEvent('StasisStart', callId, { args: [] });
  await expect.poll(() => deletes(trial)).toEqual(['DELETE /bridges/taxinav-a-2', 'DELETE /channels/taxinav-a-2-1']);
});

test('a call that an earlier process settled is hung up when it is heard of; one of another installation is left alone, and neither is a call from outside', async () => {
  await using trial = await startFakeTrial();
  await ready(trial);
  let heard = 0;
  trial.pbx.onIncomingCall(() => (heard += 1));
  // Before a reconciliation another process may follow it.
  trial.channelEvent('StasisStart', 'taxinav-a-3', { args: [] });
  await trial.pbx.reconcile([], 'taxinav-a-');
  trial.channelEvent('StasisStart', 'taxinav-b-1', { args: [] });
  trial.channelEvent('StasisStart', 'taxinav-a-4', { args: [] });
  await expect.poll(() => deletes(trial)).toEqual(['DELETE /channels/taxinav-a-4-1']);
  expect(trial.asked().filter((one) => one.endsWith('/continue'))).toEqual([]);
  expect(heard).toBe(0);
});

test('a process that may not use the PBX any more hangs nothing up, though it hears of its late channel', async () => {
  let ours = true;
  await using trial = await startFakeTrial(answers([[IN_DOUBT, () => 'never']]), { mayOriginate: () => ours });
  await ready(trial);
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('ended trunkTrouble');
  ours = false;
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(() => trial.warnings.some(({ cause }) => String(cause).includes('not sent'))).toBe(true);
  await trial.pbx.stop();
  await trial.pbx.start();
  await ready(trial);
  ours = true;
  // What was settled before is the present holder's to tell.
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  trial.channelEvent('StasisStart', 'asterisk-17.3', { args: [] });
  await expect.poll(trial.asked).toContainEqual(expect.stringMatching(/continue$/));
  expect(deletes(trial)).toEqual([]);
});

test('a caller is given back by a process that may not use the PBX any more as well: nobody holds him meanwhile', async () => {
  let ours = true;
  await using trial = await startFakeTrial(() => undefined, { mayOriginate: () => ours });
  await ready(trial);
  ours = false;
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  trial.ari.tell('taxinav', { type: 'StasisStart', args: [], channel: { id: '1795378381.3', name: 'PJSIP/trunk-1', state: 'Ring' } });
  await expect.poll(trial.asked).toContain('POST /channels/1795378381.3/continue');
  expect(trial.warned()).toEqual([]);
});

test('a bridge that could not be taken away is asked for again until it is gone', async () => {
  await using trial = await startFakeTrial(
    answers([
      [/DELETE \/bridges\/call-1/, (time) => (time === 1 ? 'never' : time === 2 ? { status: 503 } : undefined)],
      [/POST \/channels\/create/, () => ({ status: 500 })],
    ]),
  );
  await ready(trial);
  const steps = trial.pbx.connect({ callId: 'call-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: 'PJSIP/101' } });
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(() => deletes(trial)).toContain('DELETE /channels/call-1-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  await allSteps(steps);
  await expect.poll(() => deletes(trial).filter((one) => one.includes('bridges')).length, { timeout: 5_000 }).toBe(3);
});

test('a bridge whose making is in doubt is taken away for as long as it may still be made', async () => {
  await using trial = await startFakeTrial(
    answers([
      [/POST \/bridges\/call-1$/, () => 'never'],
      [/DELETE \/bridges\/call-1/, () => ({ status: 404 })],
    ]),
  );
  await ready(trial);
  const steps = trial.pbx.connect({ callId: 'call-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: 'PJSIP/101' } });
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(() => deletes(trial), { timeout: 5_000 }).toContain('DELETE /channels/call-1-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  await allSteps(steps);
  await expect.poll(() => deletes(trial).filter((one) => one.includes('bridges')).length, { timeout: 5_000 }).toBeGreaterThan(3);
});
