import { expect, test } from 'vitest';
import { announcement, keep, startTrial, timed, told } from './observed.ts';

const ANSWERS = 'PJSIP/0671234560@trunk';
const NEVER_ANSWERS = 'PJSIP/0671234563@trunk';

test('a phone rings for 25 s unless told otherwise', async () => {
  await using trial = await startTrial();
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', NEVER_ANSWERS)));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toBe('first:taken 0, first:ringing 0, first:ended unanswered 25000');
});

test('the set-up has 15 s of its own, and ring time counts from the ringing after it [reading 40]', async () => {
  await using trial = await startTrial({ subscriber: () => ({ ringsAfterMs: 14_000 }) });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS, 10)));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toBe('first:taken 0, first:ringing 14000, first:ended unanswered 24000');
});

test('no provisional answer in 15 s: unreachable at first, trunk trouble the second time in a row on an endpoint [reading 40]', async () => {
  await using trial = await startTrial({ subscriber: (endpoint) => (endpoint.endsWith('@silent') ? {} : undefined) });
  const ends: string[] = [];
  for (const [index, endpoint] of ['0671234560@silent', '0671234561@silent', '0671234562@silent', '0671234561@heard'].entries()) {
    const start = trial.clock.now();
    const steps = keep(trial.pbx.announce(announcement(`a-${index}`, `PJSIP/${endpoint}`)));
    await trial.clock.advance(20_000);
    ends.push(timed(steps, start).split(', ').at(-1) ?? '');
  }
  expect(ends).toEqual([
    'first:ended unreachable 15000',
    'first:ended trunkTrouble 15000',
    'first:ended trunkTrouble 15000',
    'first:ended answered 5600',
  ]);
});

test('a refusal between two silences is a word from the other end, so that neither is the second in a row', async () => {
  await using trial = await startTrial({ subscriber: (endpoint) => (endpoint.includes('0671234560') ? {} : undefined) });
  const ends: (string | undefined)[] = [];
  for (const [index, lastDigit] of [0, 2, 0].entries()) {
    const steps = keep(trial.pbx.announce(announcement(`a-${index}`, `PJSIP/067123456${lastDigit}@trunk`)));
    await trial.clock.advance(20_000);
    ends.push(told(steps).split(', ').at(-1));
  }
  expect(ends).toEqual(['first:ended unreachable', 'first:ended busy', 'first:ended unreachable']);
});

test('an announcement of the network only is given up after 15 s: unreachable [reading 40]', async () => {
  await using trial = await startTrial({ subscriber: () => ({ progressAfterMs: 500 }) });
  const start = trial.clock.now();
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(60_000);
  expect(timed(steps, start)).toBe('first:taken 0, first:progress 500, first:ended unreachable 15000');
});

test('a phone that refuses while it rings has rejected the call [reading 40]', async () => {
  const refuses = { afterMs: 2_000, hangupCause: 21, sipCode: 603 };
  await using trial = await startTrial({ subscriber: () => ({ ringsAfterMs: 0, refuses }) });
  const steps = keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(60_000);
  expect(told(steps)).toBe('first:taken, first:ringing, first:ended rejected');
  expect(steps.at(-1)).toMatchObject({ evidence: { sipCode: 603, hangupCause: 21 } });
});

test('beyond its trunks the network has no line free; phones of the house need none', async () => {
  await using trial = await startTrial({ trunks: 2 });
  const busy = [1, 2].map((index) => keep(trial.pbx.announce(announcement(`a-${index}`, NEVER_ANSWERS, 5))));
  const third = keep(trial.pbx.announce(announcement('a-3', NEVER_ANSWERS, 5)));
  const house = keep(trial.pbx.announce(announcement('a-4', 'PJSIP/100', 5)));
  await trial.clock.advance(10_000);
  expect(busy.map(told)).toEqual(Array(2).fill('first:taken, first:ringing, first:ended unanswered'));
  expect(told(third)).toBe('first:taken, first:ended trunkTrouble');
  expect(told(house)).toContain('ended answered');

  const later = keep(trial.pbx.announce(announcement('a-5', NEVER_ANSWERS, 5)));
  await trial.clock.advance(10_000);
  expect(told(later)).toContain('ended unanswered');
});

test('a line is free as soon as its leg is gone, though the call has another leg', async () => {
  await using trial = await startTrial({ trunks: 2 });
  const legs = { first: { endpoint: 'PJSIP/0671234567@trunk' }, second: { endpoint: NEVER_ANSWERS } };
  keep(trial.pbx.conference({ callId: 'a-1', ...legs }));
  await trial.clock.advance(1_000);
  trial.pbx.goAway();
  await trial.clock.advance(1_000);
  const next = await trial.another();
  const steps = keep(next.announce(announcement('a-2', ANSWERS)));
  await trial.clock.advance(60_000);
  expect(told(steps)).toContain('ended answered');
});

test('every originate carries an absolute limit beyond the longest call it may become', async () => {
  await using trial = await startTrial();
  const target = { endpoint: ANSWERS, ringSeconds: 20 };
  keep(trial.pbx.announce(announcement('a-1', ANSWERS, 20)));
  keep(trial.pbx.connect({ callId: 'a-2', first: target, second: target }));
  keep(trial.pbx.conference({ callId: 'a-3', first: target, second: target, maximumMinutes: 1 }));
  await trial.clock.advance(20_000);
  const limits = trial.network.originated.map(({ callId, leg, absoluteLimitMs }) => `${callId} ${leg} ${absoluteLimitMs / 1_000}`);
  expect(limits).toEqual([
    'a-1 first 70.3',
    `a-2 first ${35 + 35 + 120 * 60 + 30}`,
    `a-3 first ${35 + 35 + 60 + 30}`,
    `a-2 second ${35 + 120 * 60 + 30}`,
    `a-3 second ${35 + 60 + 30}`,
  ]);
});

test('no call outlives a driver that is gone: ringing ends at its backstop, a talk at its absolute limit', async () => {
  await using trial = await startTrial({ talkSeconds: 100_000 });
  const target = { endpoint: ANSWERS, ringSeconds: 5 };
  const ringing = keep(trial.pbx.announce(announcement('rings', NEVER_ANSWERS, 5)));
  const talking = keep(trial.pbx.connect({ callId: 'talks', first: target, second: target, maximumMinutes: 1 }));
  await trial.clock.advance(1_000);
  expect(told(talking)).toContain('joined');
  await trial.pbx.stop();
  await trial.clock.advance(33_000);
  expect(trial.network.liveCalls).toEqual(['rings', 'talks']);
  await trial.clock.advance(1_100);
  expect(trial.network.liveCalls).toEqual(['talks']);
  await trial.clock.advance(120_000);
  expect(trial.network.liveCalls).toEqual([]);
  expect(trial.clock.sleepers).toBe(0);
  expect(told(ringing)).toBe('first:taken, first:ringing');
});

test('the journal keeps so many originates and knows no call id beyond', async () => {
  await using trial = await startTrial({ journalEntries: 2 });
  for (const callId of ['a-1', 'a-2', 'a-3']) keep(trial.pbx.announce(announcement(callId, 'PJSIP/0671234562@trunk')));
  await trial.clock.advance(10);
  expect(trial.pbx.originated.map(({ callId }) => callId)).toEqual(['a-2', 'a-3']);
  expect(() => trial.pbx.announce(announcement('a-2', ANSWERS))).toThrow(RangeError);
  keep(trial.pbx.announce(announcement('a-1', ANSWERS)));
  await trial.clock.advance(10_000);
});

test('keys that nobody reads are dropped at the limit, the end is not', async () => {
  const presses = Array.from({ length: 100 }, (_, index) => ({ digit: String(index % 10), afterMs: index }));
  await using trial = await startTrial({ subscriber: () => ({ answersAfterMs: 1, presses }) }, { unreadSteps: 10 });
  const unread = trial.pbx.announce(announcement('a-1', ANSWERS));
  await trial.clock.advance(10_000);
  const steps = keep(unread);
  await trial.clock.advance(1);
  expect(steps.filter(({ step }) => step === 'digit')).toHaveLength(8);
  expect(told(steps)).toMatch(/first:spoken, first:ended answered$/);
});

test('a linked id is forgotten after a minute, or when there are too many', async () => {
  await using trial = await startTrial({}, { linkedIds: 2 });
  const heard: string[] = [];
  trial.pbx.onIncomingCall(({ linkedId }) => heard.push(linkedId));
  const ring = (...linkedIds: string[]): void => {
    for (const linkedId of linkedIds) trial.pbx.callIn({ linkedId });
  };
  ring('a', 'a');
  await trial.clock.advance(59_000);
  ring('a');
  await trial.clock.advance(1_000);
  ring('a', 'b', 'c', 'b', 'a');
  expect(heard.join('')).toBe('aabca');
});

test.each([
  ['no call id', { callId: '' }],
  ['a call id of 121 characters', { callId: 'a'.repeat(121) }],
  ['a call id with a slash', { callId: 'a/b' }],
  ['no endpoint', { target: { endpoint: '' } }],
  ['a ring time of 0', { target: { endpoint: ANSWERS, ringSeconds: 0 } }],
  ['an endless ring time', { target: { endpoint: ANSWERS, ringSeconds: Number.POSITIVE_INFINITY } }],
  ['a ring time of more than an hour', { target: { endpoint: ANSWERS, ringSeconds: 3_601 } }],
  ['101 readings', { announcement: { text: 'x', readings: 101 } }],
  ['a sound of more than an hour', { announcement: { text: 'x', audio: { path: '/x', durationMs: 3_600_001 } } }],
  ['half a reading', { announcement: { text: 'x', readings: 0.5 } }],
  ['less than no reading', { announcement: { text: 'x', readings: -1 } }],
  ['a key of two', { keys: { repeat: '12' } }],
  ['a key that no phone has', { keys: { operator: { digit: 'A', target: { endpoint: ANSWERS } } } }],
  ['one key for two things', { keys: { repeat: '1', operator: { digit: '1', target: { endpoint: ANSWERS } } } }],
  ['an operator without a phone', { keys: { operator: { digit: '0', target: { endpoint: '' } } } }],
  ['a header with a line end', { target: { endpoint: 'PJSIP/100', autoAnswer: 'Call-Info: a\r\nX: b' } }],
  ['a header without a name', { target: { endpoint: 'PJSIP/100', autoAnswer: 'answer-after=0' } }],
  [
    'a header for a phone that has no SIP',
    { target: { endpoint: 'Local/100@phones', autoAnswer: 'Call-Info: <sip:taxinav>;answer-after=0' } },
  ],
  ['a sound without length', { announcement: { text: 'x', audio: { path: '/x', durationMs: 0 } } }],
])('%s is refused at once', async (_what, wrong) => {
  await using trial = await startTrial();
  expect(() => trial.pbx.announce({ ...announcement('a-1', ANSWERS), ...wrong })).toThrow(RangeError);
  expect(trial.pbx.originated).toEqual([]);
});

test('a talk without length, of more than a day, or with nobody is refused at once', async () => {
  await using trial = await startTrial();
  const target = { endpoint: ANSWERS };
  expect(() => trial.pbx.connect({ callId: 'a-1', first: target, second: target, maximumMinutes: 0 })).toThrow(RangeError);
  expect(() => trial.pbx.connect({ callId: 'a-1', first: target, second: target, maximumMinutes: 1_441 })).toThrow(RangeError);
  expect(() => trial.pbx.conference({ callId: 'a-1', first: target, second: { endpoint: '' } })).toThrow(RangeError);
  const apology = { text: 'x', readings: 101 };
  expect(() => trial.pbx.conference({ callId: 'a-1', first: target, second: target, apology })).toThrow(RangeError);
});
