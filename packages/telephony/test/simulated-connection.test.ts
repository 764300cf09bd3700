import { expect, test } from 'vitest';
import { FakeClock } from '@taxinav/testkit';
import { createSimulatedPbx, type LiveCall, type PbxState, type SimulatedPbx } from '../src/index.ts';
import { announcement, keep, startTrial, told } from './observed.ts';

const ANSWERS = 'PJSIP/0671234560@trunk';
const ANSWERS_LATE = 'PJSIP/0671234568@trunk';
const NEVER_ANSWERS = 'PJSIP/0671234563@trunk';

async function found(pbx: SimulatedPbx, callId: string): Promise<LiveCall> {
  const [live] = await pbx.reconcile([callId]);
  if (live === undefined) throw new Error(`${callId} is not alive`);
  return live;
}

test('a Pbx is connecting until it is started, ready while it runs and away when it is stopped', async () => {
  const clock = new FakeClock();
  await using pbx = createSimulatedPbx({ clock });
  const states: PbxState[] = [];
  pbx.onState((state) => states.push(state));
  expect(pbx.state).toBe('connecting');
  expect(told(keep(pbx.announce(announcement('a-1', ANSWERS))))).toBe('');
  await clock.advance(0);
  expect(pbx.originated).toEqual([]);
  await pbx.start();
  await pbx.start();
  await pbx.stop();
  expect(states).toEqual(['ready', 'away']);
});

test('a PBX that cannot be reached at the start is connecting until it comes back', async () => {
  await using pbx = createSimulatedPbx({ clock: new FakeClock() });
  pbx.goAway();
  await pbx.start();
  expect(pbx.state).toBe('connecting');
  pbx.comeBack();
  expect(pbx.state).toBe('ready');
});

test('stopping finishes the steps without ended; started again, the call is found', async () => {
  await using trial = await startTrial();
  const before = keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE)));
  await trial.clock.advance(1_000);
  await trial.pbx.stop();
  await trial.clock.advance(500);
  await trial.pbx.start();
  const after = keep((await found(trial.pbx, 'a-1')).steps);
  await trial.clock.advance(20_000);
  expect(told(before)).toBe('first:taken, first:ringing');
  expect(told(after)).toBe('first:answered, first:spoken, first:ended answered');
});

test('asking for a call that this process follows adds a reader and takes none away', async () => {
  await using trial = await startTrial();
  const first = keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE)));
  await trial.clock.advance(1_000);
  const second = keep((await found(trial.pbx, 'a-1')).steps);
  await trial.clock.advance(20_000);
  expect(told(first)).toBe('first:taken, first:ringing, first:answered, first:spoken, first:ended answered');
  expect(told(second)).toBe('first:answered, first:spoken, first:ended answered');
});

test('asking for a call that this process follows tells no step again', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(3_000);
  const steps = keep((await found(trial.pbx, 'a-1')).steps);
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:ended answered');
});

test('an id asked for twice in one question is adopted once', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.announce(announcement('a-1', NEVER_ANSWERS, 1)));
  const next = await trial.another();
  expect(await next.reconcile(['a-1', 'a-1', 'a-2'])).toHaveLength(1);
  await trial.clock.advance(5_000);
});

test('of two drivers on one PBX the newest is heard, and the other is away and can do nothing', async () => {
  await using trial = await startTrial();
  const old = keep(trial.pbx.announce(announcement('a-1', NEVER_ANSWERS, 2)));
  await trial.clock.advance(100);
  const next = await trial.another();
  expect([trial.pbx.state, next.state]).toEqual(['away', 'ready']);
  await trial.clock.advance(5_000);
  expect(trial.network.liveCalls).toEqual(['a-1']);
  expect(told(old)).toBe('first:taken, first:ringing');
  await expect(trial.pbx.hangUp('another', 'canceled')).rejects.toMatchObject({ code: 'PBX_NOT_READY' });
  await next.hangUp('a-1', 'finished');
  expect(trial.network.liveCalls).toEqual([]);
});

test('answered unseen, an announcement is said once by whoever adopts the call', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  const next = await trial.another();
  const live = await found(next, 'a-1');
  expect(live.answered).toBe(true);
  const from = trial.clock.now();
  const steps = keep(live.steps);
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:spoken, first:ended answered');
  expect(steps.map(({ at }) => at - from)).toEqual([1_300, 4_300]);
});

test('answered unseen, an announcement is said in full when the same process is back', async () => {
  await using trial = await startTrial();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  const from = trial.clock.now();
  trial.pbx.comeBack();
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:taken, first:ringing, first:answered, first:spoken, first:ended answered');
  expect(steps.map(({ at }) => at - from).slice(2)).toEqual([0, 2_300, 5_300]);
});

test('said to its end unseen, an announcement is told as spoken by whoever adopts the call, and not said again', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(10_000);
  const next = await trial.another();
  const from = trial.clock.now();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:spoken, first:ended answered');
  expect(steps.map(({ at }) => at - from)).toEqual([0, 3_000]);
});

test('a phone that answered unseen after its ring time is not given up', async () => {
  await using trial = await startTrial();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE, 2)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  trial.pbx.comeBack();
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:taken, first:ringing, first:answered, first:spoken, first:ended answered');
});

test('a phone that began to ring unseen after the set-up limit has its ring time', async () => {
  await using trial = await startTrial({ subscriber: () => ({ progressAfterMs: 14_500, ringsAfterMs: 16_000 }) });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS, 5)));
  await trial.clock.advance(14_000);
  trial.pbx.goAway();
  await trial.clock.advance(3_000);
  trial.pbx.comeBack();
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('first:taken, first:progress, first:ringing, first:ended unanswered');
  expect(steps.map(({ at }) => at - start)).toEqual([0, 17_000, 17_000, 22_000]);
});

test('a set-up that is adopted has its 15 s', async () => {
  await using trial = await startTrial({ subscriber: () => ({}) });
  keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(1_000);
  const next = await trial.another();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(15_000);
  expect(steps).toMatchObject([{ step: 'ended', evidence: { givenUp: 'setUpTimeout' } }]);
});

test('a network that hangs up on unattended answers leaves a call that rang and is gone: lost', async () => {
  await using trial = await startTrial({ unattendedAnswer: 'hungUp' });
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS_LATE)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  expect(trial.network.liveCalls).toEqual([]);
  trial.pbx.comeBack();
  await trial.clock.advance(1);
  expect(told(steps)).toBe('first:taken, first:ringing, first:ended lost');
});

test('a first phone that answered unseen: the second is called when the driver is back', async () => {
  await using trial = await startTrial();
  const steps = keep(trial.pbx.connect({ callId: 'a-1', first: { endpoint: ANSWERS_LATE }, second: { endpoint: ANSWERS } }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  expect(trial.pbx.originated).toHaveLength(1);
  trial.pbx.comeBack();
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe(
    'first:taken, first:ringing, first:answered, second:taken, second:ringing, second:answered, joined, second:ended answered',
  );
});

test('a second phone that answered unseen is joined by whoever adopts the call', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.connect({ callId: 'a-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: ANSWERS_LATE } }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  const next = await trial.another();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(20_000);
  expect(told(steps)).toBe('joined, second:ended answered');
});

test('a first phone left alone while nobody was connected is hung up by whoever adopts the call', async () => {
  const refuses = { afterMs: 2_000, hangupCause: 17 };
  await using trial = await startTrial({ subscriber: (endpoint) => (endpoint === ANSWERS ? { ringsAfterMs: 0, refuses } : undefined) });
  keep(trial.pbx.connect({ callId: 'a-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: ANSWERS } }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  const next = await trial.another();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(1_000);
  expect(steps).toMatchObject([{ step: 'ended', leg: 'second', outcome: 'lost' }]);
  expect(trial.network.liveCalls).toEqual([]);
});

test('a talk that ended while nobody was connected was answered, and whoever is left is hung up', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.connect({ callId: 'a-1', first: { endpoint: 'PJSIP/100' }, second: { endpoint: ANSWERS } }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(10_000);
  const next = await trial.another();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(1_000);
  expect(steps).toMatchObject([{ step: 'ended', leg: 'second', outcome: 'answered' }]);
  expect(trial.network.liveCalls).toEqual([]);
});

test('a second phone left alone while nobody was connected is hung up by whoever adopts the call', async () => {
  await using trial = await startTrial();
  keep(trial.pbx.connect({ callId: 'a-1', first: { endpoint: 'PJSIP/0671234567@trunk' }, second: { endpoint: NEVER_ANSWERS } }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(5_000);
  const next = await trial.another();
  const steps = keep((await found(next, 'a-1')).steps);
  await trial.clock.advance(1_000);
  expect(steps).toMatchObject([{ step: 'ended', leg: 'second', outcome: 'unanswered' }]);
  expect(trial.network.liveCalls).toEqual([]);
});

test('a PBX that restarts while it is away stays away, and its calls are gone when it is back', async () => {
  await using trial = await startTrial();
  const steps = keep(trial.pbx.announce(announcement('a-1', NEVER_ANSWERS)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  trial.pbx.restart();
  expect(trial.pbx.state).toBe('away');
  expect(trial.pbx.liveCalls).toEqual([]);
  trial.pbx.comeBack();
  await trial.clock.advance(1);
  expect(told(steps)).toBe('first:taken, first:ringing, first:ended lost');
});

test('a call that we hung up while the PBX was away, and that is gone when it is back, is not lost', async () => {
  await using trial = await startTrial();
  const steps = keep(trial.pbx.announce(announcement('a-1', NEVER_ANSWERS)));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.pbx.hangUp('a-1', 'finished');
  trial.pbx.restart();
  trial.pbx.comeBack();
  await trial.clock.advance(1);
  expect(told(steps)).toBe('first:taken, first:ringing, first:ended unanswered');
});

test('a call from outside while nobody is connected is not heard, then or later', async () => {
  await using trial = await startTrial();
  const heard: string[] = [];
  trial.pbx.onIncomingCall(({ linkedId }) => heard.push(linkedId));
  trial.pbx.goAway();
  trial.pbx.callIn({ linkedId: 'in-1' });
  trial.pbx.comeBack();
  trial.pbx.callIn({ linkedId: 'in-2' });
  expect(heard).toEqual(['in-2']);
});

test('closing a Pbx with a network of its own leaves nothing running', async () => {
  const clock = new FakeClock();
  {
    await using pbx = createSimulatedPbx({ clock });
    await pbx.start();
    keep(pbx.announce(announcement('a-1', NEVER_ANSWERS)));
    keep(pbx.connect({ callId: 'a-2', first: { endpoint: ANSWERS }, second: { endpoint: ANSWERS } }));
    await clock.advance(1_000);
    expect(clock.sleepers).toBeGreaterThan(0);
  }
  await clock.advance(0);
  expect(clock.sleepers).toBe(0);
});
