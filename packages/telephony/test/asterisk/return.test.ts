import { FasterClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { allSteps, announcement, channelEvent, ready, returns, startFakeTrial, story } from './fake-trial.ts';

const PLAY = 'POST /channels/call-1-1/play/call-1-say-1';
const PLAYED = { type: 'PlaybackFinished', playback: { id: 'call-1-say-1', state: 'done' } };

function listing(...ids: readonly string[]): { readonly status: number; readonly json: unknown } {
  return { status: 200, json: ids.map((id) => ({ id, name: 'PJSIP/1', state: 'Up' })) };
}

test('a first phone that answers while the connection is being made anew is connected when it is made', async () => {
  let connects = 0;
  await using trial = await startFakeTrial(({ method, path }, ari) => {
    if (method === 'PUT' && path === '/applications/taxinav/eventFilter') {
      connects += 1;
      if (connects === 2) ari.tell('taxinav', channelEvent('StasisStart', 'call-1', { args: [] }));
    }
    return method === 'GET' && path === '/channels' && connects === 2 ? listing('call-1-1') : undefined;
  });
  await ready(trial);
  trial.pbx.connect({ callId: 'call-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: 'PJSIP/101' } });
  await expect.poll(trial.asked).toContain('POST /channels');
  trial.channelEvent('Dial', 'call-1', { dialstatus: 'RINGING' });
  await returns(trial);
  await expect.poll(trial.asked).toContain('POST /channels/call-1-2/dial');
  expect(trial.asked().filter((one) => one.startsWith('DELETE'))).toEqual([]);
});

test('an originate that is answered after the listing of the return, which lacks it, is not lost', async () => {
  const originated = Promise.withResolvers<undefined>();
  const playback = Promise.withResolvers<{ readonly status: number }>();
  const channel = Promise.withResolvers<{ readonly status: number; readonly json: unknown }>();
  let plays = false;
  await using trial = await startFakeTrial(({ method, path, body }) => {
    const request = `${method} ${path}`;
    if (request === PLAY) plays = true;
    if (request === 'POST /channels' && body['channelId'] === 'call-2-1') return originated.promise;
    if (request === 'GET /playbacks/call-1-say-1') return playback.promise;
    if (request === 'GET /channels' && plays) return listing('call-1-1');
    return request === 'GET /channels/call-2-1' ? channel.promise : undefined;
  });
  await ready(trial);
  trial.pbx.announce(announcement('call-1'));
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked).toContain(PLAY);
  const steps = trial.pbx.announce(announcement('call-2'));
  await expect.poll(() => trial.asked().filter((one) => one === 'POST /channels')).toHaveLength(2);
  const returned = returns(trial);
  // The first call is being caught up with, and the listing is an old one by now.
  await expect.poll(trial.asked).toContain('GET /playbacks/call-1-say-1');
  originated.resolve(undefined);
  await expect.poll(trial.asked).toContain('GET /channels/call-2-1');
  playback.resolve({ status: 200 });
  await returned;
  channel.resolve({ status: 200, json: { id: 'call-2-1', name: 'PJSIP/1', state: 'Down' } });
  trial.channelEvent('Dial', 'call-2', { dialstatus: 'BUSY' });
  trial.channelEvent('ChannelDestroyed', 'call-2', { cause: 17 });
  expect(story(await allSteps(steps))).toBe('taken, ended busy');
});

test('a text whose playback is being asked for while the connection is lost and made anew is said once', async () => {
  const variable = Promise.withResolvers<undefined>();
  let isBack = false;
  await using trial = await startFakeTrial(({ method, path }) => {
    if (method === 'GET' && path === '/channels' && isBack) return listing('call-1-1');
    return path === '/channels/call-1-1/variable' ? variable.promise : undefined;
  });
  await ready(trial);
  const steps = trial.pbx.announce(announcement('call-1'));
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked).toContain('POST /channels/call-1-1/variable');
  isBack = true;
  await returns(trial);
  variable.resolve(undefined);
  await expect.poll(trial.asked).toContain(PLAY);
  trial.ari.tell('taxinav', PLAYED);
  await expect.poll(trial.asked).toContain('DELETE /channels/call-1-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  expect(story(await allSteps(steps))).toBe('taken, answered, spoken, ended answered');
  expect(trial.asked().filter((one) => one.includes('/play/'))).toEqual([PLAY]);
});

test('a playback accepted while the connection was lost, and over when it is asked for, was heard', async () => {
  const accepted = Promise.withResolvers<undefined>();
  let isBack = false;
  await using trial = await startFakeTrial(({ method, path }) => {
    if (method === 'GET' && path === '/channels' && isBack) return listing('call-1-1');
    return `${method} ${path}` === PLAY ? accepted.promise : undefined;
  });
  await ready(trial);
  const steps = trial.pbx.announce(announcement('call-1'));
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked).toContain(PLAY);
  isBack = true;
  await returns(trial);
  accepted.resolve(undefined);
  await expect.poll(trial.asked).toContain('DELETE /channels/call-1-1');
  trial.channelEvent('ChannelDestroyed', 'call-1', { cause: 16 });
  expect(story(await allSteps(steps))).toBe('taken, answered, spoken, ended answered');
  expect(trial.warned()).toEqual([]);
});

test('a playback that cannot be asked for at the return, after its limit ran out, leaves no silent call', async () => {
  const clock = new FasterClock(40);
  let plays = false;
  let isAway = false;
  await using trial = await startFakeTrial(
    ({ method, path }) => {
      if (method === 'GET' && path === '/channels' && plays) return listing('call-1-1');
      if (`${method} ${path}` === PLAY) plays = true;
      return path === '/playbacks/call-1-say-1' ? { status: 500 } : undefined;
    },
    { refuseSockets: () => (isAway ? 503 : undefined), clock },
  );
  await ready(trial);
  trial.pbx.announce(announcement('call-1'));
  trial.channelEvent('StasisStart', 'call-1', { args: [] });
  await expect.poll(trial.asked).toContain(PLAY);
  isAway = true;
  trial.ari.socket('taxinav')?.terminate();
  // Longer than the sound and its margin.
  await clock.sleep(12_000);
  isAway = false;
  await ready(trial);
  await expect.poll(trial.asked).toContain('DELETE /channels/call-1-1');
  expect(trial.warned()).toContain('PLAYBACK_UNFINISHED');
});

test('the state is not ready while the socket that hears calls from outside was lost again during its connecting', async () => {
  const waiting = Promise.withResolvers<undefined>();
  let asked = 0;
  let isClosed = false;
  let handshakes = 0;
  await using trial = await startFakeTrial(
    ({ method, path }) => {
      if (method !== 'GET' || path !== '/applications/taxinav') return undefined;
      asked += 1;
      return waiting.promise;
    },
    { refuseSockets: () => ((handshakes += 1), isClosed ? 503 : undefined) },
  );
  await expect.poll(() => asked).toBe(2);
  const openedWhenReady: number[] = [];
  trial.pbx.onState(() => openedWhenReady.push(trial.ari.opened.length));
  isClosed = true;
  trial.ari.socket('taxinav-events')?.terminate();
  await expect.poll(() => handshakes).toBeGreaterThan(2);
  isClosed = false;
  waiting.resolve(undefined);
  await ready(trial);
  expect(openedWhenReady).toEqual([3]);
});

test('a call from outside is followed to its outcome, though the connection for call control is lost and made anew', async () => {
  await using trial = await startFakeTrial();
  await ready(trial);
  const told: string[] = [];
  trial.pbx.onIncomingCallOutcome(({ outcome, endpoint }) => told.push(`${outcome} ${endpoint}`));
  const caller = { id: '1795378381.12', name: 'PJSIP/trunk-00000001', state: 'Ring' };
  const peer = { id: '1795378381.13', name: 'PJSIP/101-00000002', state: 'Ringing' };
  const userevent = { Line: '0445550101', CallerID: '0671234567', Call: caller.id };
  trial.ari.tell('taxinav-events', { type: 'ChannelUserevent', eventname: 'TaxiNavigatorCall', userevent, channel: caller });
  trial.ari.tell('taxinav-events', { type: 'Dial', caller, peer, dialstatus: 'RINGING' });
  await returns(trial);
  trial.ari.tell('taxinav-events', { type: 'Dial', caller, peer, dialstatus: 'ANSWER' });
  await expect.poll(() => told).toEqual(['answered PJSIP/101']);
});
