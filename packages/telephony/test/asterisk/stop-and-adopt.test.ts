import { expect, test } from 'vitest';
import type { FakeAnswer } from './fake-ari.ts';
import { allSteps, announcement, ready, startFakeTrial, story, type FakeTrial } from './fake-trial.ts';

/** What an earlier process kept with a call that rings for a second at most. */
const RECORD = {
  status: 200,
  json: {
    value: Buffer.from(
      JSON.stringify({
        errand: 'announce',
        target: { endpoint: 'PJSIP/100', ringSeconds: 1 },
        announcement: { audio: { path: '/sound', durationMs: 1_000 }, readings: 1 },
      }),
    ).toString('base64url'),
  },
};

/** An Asterisk on which a call of an earlier process rings. */
function rings(record: () => FakeAnswer = () => RECORD) {
  return ({ method, path }: { readonly method: string; readonly path: string }): FakeAnswer => {
    if (method === 'GET' && path === '/channels') return { status: 200, json: [{ id: 'call-1-1', name: 'PJSIP/1', state: 'Ringing' }] };
    return method === 'GET' && path === '/channels/call-1-1/variable' ? record() : undefined;
  };
}

/** Waits for as long as a phone takes that never says a word: longer than any limit of a call from before. */
async function outlasted(trial: FakeTrial): Promise<void> {
  trial.pbx.announce(announcement('call-2'));
  await expect.poll(trial.asked, { timeout: 5_000 }).toContain('DELETE /channels/call-2-1');
}

test('a call that was asked for when the driver stopped is not hung up by its limits after the next start', async () => {
  const originated = Promise.withResolvers<undefined>();
  await using trial = await startFakeTrial(({ method, path }) => {
    if (method === 'GET' && path === '/channels/call-1-1') return { status: 200, json: { id: 'call-1-1', name: 'PJSIP/1', state: 'Down' } };
    return method === 'POST' && path === '/channels' ? originated.promise : undefined;
  });
  await ready(trial);
  trial.pbx.announce(announcement('call-1'));
  await expect.poll(trial.asked).toContain('POST /channels');
  await trial.pbx.stop();
  await trial.pbx.start();
  await ready(trial);
  originated.resolve(undefined);
  await outlasted(trial);
  expect(trial.asked()).not.toContain('DELETE /channels/call-1-1');
});

test('a call that is asked for twice at the same time is adopted once, and both hear its end', async () => {
  await using trial = await startFakeTrial(rings());
  await ready(trial);
  const both = await Promise.all([trial.pbx.reconcile(['call-1']), trial.pbx.reconcile(['call-1'])]);
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 17 });
  const ends = await Promise.all(both.flat().map(async ({ steps }) => story(await allSteps(steps))));
  expect(ends).toEqual(['ended rejected', 'ended rejected']);
});

test('a call that is found when the driver has stopped is not adopted: it is not hung up by any limit after the next start', async () => {
  const record = Promise.withResolvers<typeof RECORD>();
  await using trial = await startFakeTrial(rings(() => record.promise));
  await ready(trial);
  const found = trial.pbx.reconcile(['call-1']);
  await expect.poll(trial.asked).toContain('GET /channels/call-1-1/variable');
  await trial.pbx.stop();
  record.resolve(RECORD);
  await expect(found).rejects.toMatchObject({ code: 'PBX_NOT_READY' });
  await trial.pbx.start();
  await ready(trial);
  await outlasted(trial);
  expect(trial.asked()).not.toContain('DELETE /channels/call-1-1');
});

test('a call that ended after it was adopted, while its reconciliation failed, is told to whoever asks again', async () => {
  let isGone = false;
  await using trial = await startFakeTrial(({ method, path }) => {
    if (method === 'GET' && path === '/bridges' && !isGone) return { status: 500 };
    return isGone ? undefined : rings()({ method, path });
  });
  await ready(trial);
  await expect(trial.pbx.reconcile(['call-1'], 'call-')).rejects.toMatchObject({ code: 'PBX_NOT_READY' });
  isGone = true;
  trial.channelEvent('ChannelStateChange', 'call-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  // Told before the answer to the next request.
  const [found] = await trial.pbx.reconcile(['call-1'], 'call-');
  expect(story(await allSteps(found?.steps ?? (async function* () {})()))).toBe('answered, ended answered');
  expect(await trial.pbx.reconcile(['call-1'], 'call-')).toEqual([]);
});

test('a reconciliation that was overtaken by a stop makes no call a stray after the next start', async () => {
  const bridges = Promise.withResolvers<undefined>();
  let isHeld = true;
  await using trial = await startFakeTrial(({ method, path }) =>
    method === 'GET' && path === '/bridges' && isHeld ? bridges.promise : undefined,
  );
  await ready(trial);
  const reconciled = trial.pbx.reconcile([], 'taxinav-a-');
  await expect.poll(trial.asked).toContain('GET /bridges');
  await trial.pbx.stop();
  isHeld = false;
  bridges.resolve(undefined);
  await expect(reconciled).rejects.toMatchObject({ code: 'PBX_NOT_READY' });
  await trial.pbx.start();
  await ready(trial);
  // Another process has called it meanwhile, and it is still to be asked for.
  trial.channelEvent('StasisStart', 'taxinav-a-7', { args: [] });
  trial.channelEvent('StasisStart', '1795378381.2', { args: [] });
  await trial.pbx.reconcile([]);
  expect(trial.asked().filter((one) => one.startsWith('DELETE'))).toEqual([]);
});
