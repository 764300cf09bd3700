import { expect, test } from 'vitest';
import { allSteps, announcement, channelEvent, startFakeTrial, story } from './fake-trial.ts';

test('events that come before the answer to the originate are heard', async () => {
  await using trial = await startFakeTrial(({ method, path }, ari) => {
    if (method === 'POST' && path === '/channels') {
      ari.tell('taxinav', channelEvent('Dial', 'call-1'));
      ari.tell('taxinav', channelEvent('Dial', 'call-1', { dialstatus: 'BUSY' }));
      ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 }));
    }
    return undefined;
  });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = await allSteps(trial.pbx.announce(announcement('call-1')));
  expect(story(steps)).toBe('taken, ended busy');
});

test('what an originate carries: an id of ours, slin, limits beyond ours, and what the next process needs', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const request = announcement('call-1');
  trial.pbx.announce({ ...request, target: { ...request.target, callerId: '0445550101', ringSeconds: 20 } });
  await expect.poll(trial.asked).toContain('POST /channels');
  const { body } = trial.ari.asked.find(({ method, path }) => method === 'POST' && path === '/channels') ?? { body: {} };
  expect(body).toEqual({
    endpoint: 'PJSIP/0671234560@trunk',
    app: 'taxinav',
    channelId: 'call-1-1',
    formats: 'slin',
    callerId: '0445550101',
    timeout: 50,
    variables: { 'TIMEOUT(absolute)': '70', TAXINAV_CALL: expect.stringMatching(/^[\w-]+$/) as string },
  });
});

test('an originate answered with 500 is trunk trouble, and nothing was originated', async () => {
  await using trial = await startFakeTrial(({ path, method }) =>
    method === 'POST' && path === '/channels' ? { status: 500, json: { error: 'Allocation failed for 0671234560' } } : undefined,
  );
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = await allSteps(trial.pbx.announce(announcement('call-1')));
  expect(story(steps)).toBe('ended trunkTrouble');
  expect(steps.at(-1)).toMatchObject({ evidence: { notOriginated: true } });
  expect(trial.warnings).toMatchObject([{ code: 'ARI_REQUEST_FAILED', callId: 'call-1', cause: { code: 'ARI_FAILED', status: 500 } }]);
  expect(String(trial.warnings[0]?.cause)).not.toContain('0671234560');
});

test('an originate that is never answered is asked for, and when it is not there nothing was originated', async () => {
  await using trial = await startFakeTrial(({ path, method }) => (method === 'POST' && path === '/channels' ? 'never' : undefined));
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('ended trunkTrouble');
  expect(trial.asked()).toContain('GET /channels/call-1-1');
});

test('an originate that is never answered and yet was made goes on', async () => {
  await using trial = await startFakeTrial(({ path, method }, ari) => {
    if (method === 'POST' && path === '/channels') return 'never';
    if (method !== 'GET' || path !== '/channels/call-1-1') return undefined;
    setTimeout(() => ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 17 })), 20);
    return { status: 200, json: { id: 'call-1-1', name: 'PJSIP/trunk', state: 'Ringing' } };
  });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, ringing, ended rejected');
});

test('an originate that is accepted and never heard of again is given up; the second in a row is the trunk [reading 40]', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect(story(await allSteps(trial.pbx.announce(announcement('call-1'))))).toBe('taken, ended unreachable');
  expect(story(await allSteps(trial.pbx.announce(announcement('call-2'))))).toBe('taken, ended trunkTrouble');
  expect(trial.asked()).toContain('DELETE /channels/call-1-1');
});

test('a hang-up that Asterisk does not do is asked for again until the channel is gone', async () => {
  let tries = 0;
  await using trial = await startFakeTrial(({ path, method }, ari) => {
    if (path !== '/channels/call-1-1') return undefined;
    if (method === 'GET') return { status: 200, json: { id: 'call-1-1', name: 'PJSIP/trunk', state: 'Ringing' } };
    tries += 1;
    if (tries === 3) ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 16 }));
    return tries < 3 ? { status: 503 } : undefined;
  });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = trial.pbx.announce(announcement('call-1'));
  await trial.pbx.hangUp('call-1', 'canceled');
  expect(story(await allSteps(steps))).toMatch(/ended un(answered|reachable)$/);
  expect(tries).toBe(3);
});

test('half an event, an unknown one and a binary one are survived, and told as warnings', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = trial.pbx.announce(announcement('call-1'));
  trial.ari.tell('taxinav', '{"type":"ChannelDestroyed","cause":17,"channel":{"id":"call-1"');
  trial.ari.tell('taxinav', { type: 'SomethingNew', channel: { id: 'call-1-1' } });
  trial.ari.socket('taxinav')?.send(Buffer.from([0, 1, 2]));
  await expect.poll(trial.warned).toEqual(['ARI_EVENT_UNREADABLE', 'ARI_EVENT_UNREADABLE', 'ARI_EVENT_UNREADABLE']);
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'BUSY' });
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 17 });
  expect(story(await allSteps(steps))).toBe('taken, ended busy');
});

test('a playback that never finishes does not leave a silent call: a warning, hung up, not spoken', async () => {
  await using trial = await startFakeTrial(({ path, method }, ari) => {
    if (method === 'DELETE' && path === '/channels/call-1-1')
      ari.tell('taxinav', channelEvent('ChannelDestroyed', 'call-1', { cause: 16 }));
    return undefined;
  });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = trial.pbx.announce(announcement('call-1'));
  await expect.poll(trial.asked).toContain('POST /channels');
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  expect(story(await allSteps(steps))).toBe('taken, answered, ended answered');
  expect(trial.warned()).toEqual(['PLAYBACK_UNFINISHED']);
  const asked = trial.asked();
  const play = asked.indexOf('POST /channels/call-1-1/play/call-1-say-1');
  // A variable set while it plays would be answered when the playback has ended, and hold one of the few requests at once until then.
  expect(asked.slice(0, play)).toContain('POST /channels/call-1-1/variable');
  expect(asked.slice(play + 1).filter((one) => one.endsWith('/variable'))).toEqual([]);
});

test('a cause of 0 is told by the dial status: Busy() and Congestion() of a dialplan', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const outcomes = await Promise.all(
    ['BUSY', 'CONGESTION', 'NOANSWER'].map(async (dialstatus, index) => {
      const callId = `call-${index}`;
      const steps = trial.pbx.announce(announcement(callId));
      trial.channelEvent('Dial', callId);
      trial.channelEvent('Dial', callId, { dialstatus });
      trial.channelEvent('ChannelDestroyed', callId, { cause: 0 });
      return story(await allSteps(steps));
    }),
  );
  expect(outcomes).toEqual(['taken, ended busy', 'taken, ended trunkTrouble', 'taken, ended unreachable']);
});

test('a SIP code counts before the cause, except where we gave up ourselves [reading 40]', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const refused = trial.pbx.announce(announcement('call-1'));
  trial.channelEvent('Dial', 'call-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 19, tech_cause: 404 });
  expect(story(await allSteps(refused))).toBe('taken, ended noSuchNumber');
  const canceled = trial.pbx.announce(announcement('call-2'));
  trial.channelEvent('Dial', 'call-2', { dialstatus: 'RINGING' });
  await trial.pbx.hangUp('call-2', 'canceled');
  trial.channelEvent('ChannelDestroyed', 'call-2', { cause: 16, tech_cause: 404 });
  const [ended] = (await allSteps(canceled)).slice(-1);
  expect(ended).toMatchObject({ outcome: 'unanswered', evidence: { givenUp: 'canceled' } });
  expect(ended).not.toHaveProperty('evidence.sipCode');
});

test('while the holder of the lease is not sure nothing is originated', async () => {
  await using trial = await startFakeTrial(() => undefined, { mayOriginate: () => false });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const steps = await allSteps(trial.pbx.announce(announcement('call-1')));
  expect(steps).toMatchObject([{ step: 'ended', outcome: 'trunkTrouble', evidence: { notOriginated: true } }]);
  expect(trial.asked()).not.toContain('POST /channels');
});

test('an announcement without prepared sound is refused at once, since Asterisk speaks no texts', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect(() => trial.pbx.announce({ ...announcement('call-1'), announcement: { text: 'слова' } })).toThrow(RangeError);
});
