import { expect, test } from 'vitest';
import type { FakeAnswer, FakeAri } from './fake-ari.ts';
import { allSteps, announcement, channelEvent, ready, secondEvent, startFakeTrial, story } from './fake-trial.ts';

const JOIN = { callId: 'call-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: 'PJSIP/0671234560@trunk' } };

/** An Asterisk that makes the second channel, hangs up whom it is told to, and does something else with one request. */
function but(request: string, answer: FakeAnswer) {
  return ({ method, path }: { readonly method: string; readonly path: string }, ari: FakeAri): FakeAnswer => {
    const asked = `${method} ${path}`;
    if (asked === 'POST /channels/create') ari.tell('taxinav', secondEvent('StasisStart', 'call-1', { args: [] }));
    if (asked === 'DELETE /channels/call-1-2') ari.tell('taxinav', secondEvent('ChannelDestroyed', 'call-1', { cause: 16 }));
    if (asked === 'DELETE /channels/call-1-1') ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 16 }));
    if (asked === request) return answer;
    return asked === 'GET /channels/call-1-2' ? { status: 200, json: { id: 'call-1-2', name: 'PJSIP/1', state: 'Down' } } : undefined;
  };
}

test.each([
  ['that Asterisk refuses to dial', 'POST /channels/call-1-2/dial', { status: 500 }],
  ['that is refused in its bridge', 'POST /bridges/call-1/addChannel', { status: 500 }],
  ['whose making was never answered, though it was made', 'POST /channels/create', 'never'],
] as const)(
  'a second phone %s was not originated: trunk trouble, and nobody waits for it to ring [reading 40]',
  async (_which, request, answer) => {
    await using trial = await startFakeTrial(but(request, answer));
    await ready(trial);
    const steps = trial.pbx.connect(JOIN);
    trial.channelEvent('StasisStart', 'call-1', { args: [] });
    const all = await allSteps(steps);
    expect(all.at(-1)).toMatchObject({ outcome: 'trunkTrouble', leg: 'second', evidence: { notOriginated: true } });
    expect(all.at(-1)).not.toHaveProperty('evidence.givenUp');
  },
);

test('a key pressed before the text is being said does nothing, and the text is said', async () => {
  await using trial = await startFakeTrial();
  await ready(trial);
  const steps = trial.pbx.announce({
    ...announcement('call-1'),
    keys: { repeat: '1', operator: { digit: '0', target: { endpoint: 'PJSIP/100' } } },
  });
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' });
  trial.channelEvent('ChannelDtmfReceived', 'call-1', { digit: '1' });
  trial.channelEvent('ChannelDtmfReceived', 'call-1', { digit: '0' });
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked).toContain('POST /channels/call-1-1/play/call-1-say-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  expect(story(await allSteps(steps))).toBe('taken, ringing, digit, digit, answered, ended answered');
  expect(trial.asked().filter((one) => one.includes('bridges') || one.includes('-2'))).toEqual([]);
});
