import { afterAll, expect, test } from 'vitest';
import type { Guid, NotificationStatus, PhoneNumber } from '@taxinav/codec';
import type { AttemptOutcome, Tracker } from '../src/index.ts';
import { Desk, phone } from './contract/desk.ts';
import { openInProcessStore } from './in-process-store.ts';

const store = openInProcessStore();
const desk = new Desk(store);
const { tracker, owner } = desk;
const now = desk.now;
const guid = desk.guid(1);
const columnId = 'north';
const sayText = { now, columnId, guid, phone: phone(1), text: 'Your car is here', peer: '127.0.0.1' };
const settle = { now, reportId: 1, evidence: 'taken', address: '127.0.0.1:6001', random: 0.5 } as const;
const call = { now, ...owner, kind: 'Dial', columnId, peer: '127.0.0.1', tel1: phone(1) } as const;
const badPhone = '0671234567' as PhoneNumber;

afterAll(() => store.close());

test.each<[what: string, error: typeof TypeError | typeof RangeError, call: (tracker: Tracker) => Promise<unknown>]>([
  ['now is no number', TypeError, (t) => t.accept({ ...sayText, now: '5' as never })],
  ['now is no whole number', RangeError, (t) => t.accept({ ...sayText, now: 0.5 })],
  ['now is before 1970', RangeError, (t) => t.claimCall({ ...owner, now: -1 })],
  ['columnId is empty', RangeError, (t) => t.accept({ ...sayText, columnId: '' })],
  ['columnId is no string', TypeError, (t) => t.cancel({ now, guid, columnId: 5 as never })],
  ['columnId is too long', RangeError, (t) => t.resend({ now, guid, columnId: 'x'.repeat(201) })],
  ['guid is no GUID', RangeError, (t) => t.accept({ ...sayText, guid: '6F9619FF' as Guid })],
  ['guid is no string', TypeError, (t) => t.find({ guid: 6 as never })],
  ['phone is not in E.164', RangeError, (t) => t.accept({ ...sayText, phone: badPhone })],
  ['phone is no string', TypeError, (t) => t.reachedInbound({ now, phone: 67 as never })],
  ['text is no string', TypeError, (t) => t.accept({ ...sayText, text: 5 as never })],
  ['text is too long', RangeError, (t) => t.accept({ ...sayText, text: 'x'.repeat(10_001) })],
  ['peer is empty', RangeError, (t) => t.accept({ ...sayText, peer: '' })],
  ['timeToLiveMs is 0', RangeError, (t) => t.accept({ ...sayText, timeToLiveMs: 0 })],
  ['attempts is 101', RangeError, (t) => t.accept({ ...sayText, attempts: 101 })],
  ['route is empty', RangeError, (t) => t.accept({ ...sayText, route: '' })],
  ['route1 is too long', RangeError, (t) => t.openCall({ ...call, route1: 'x'.repeat(201) })],
  ['route2 is no string', TypeError, (t) => t.openCall({ ...call, kind: 'Conference', tel2: phone(2), route2: 5 as never })],
  [
    'the lease that was seen has no name',
    RangeError,
    (t) => t.endAbandoned({ now, talks: true, seen: { lease: '', token: 1, counter: 1 } }),
  ],
  ['its token is below 0', RangeError, (t) => t.endAbandoned({ now, talks: true, seen: { lease: 'pbx', token: -1, counter: 1 } })],
  ['talks is no boolean', TypeError, (t) => t.endAbandoned({ now, talks: 1 as never, seen: { lease: 'pbx', token: 1, counter: 1 } })],
  ['endpoint is empty', RangeError, (t) => t.noteHandled({ now, phone: phone(1), endpoint: '' })],
  ['phone to erase is not in E.164', RangeError, (t) => t.erase({ now, phone: badPhone })],
  ['refused is empty', RangeError, (t) => t.accept({ ...sayText, refused: '' })],
  ['node is empty', RangeError, (t) => t.recover({ now, node: '', token: 0 })],
  ['token is negative', RangeError, (t) => t.renew({ now, node: 'a', token: -1 })],
  ['roundId is 0', RangeError, (t) => t.startAttempt({ now, ...owner, roundId: 0 })],
  ['roundId is 0', RangeError, (t) => t.releaseClaim({ now, roundId: 0, why: 'shutdown' })],
  ['callId is empty', RangeError, (t) => t.attemptTaken({ now, callId: '' })],
  ['outcome is unknown', RangeError, (t) => t.endAttempt({ now, callId: 'x', outcome: 'gone' as AttemptOutcome })],
  ['limit is over 100', RangeError, (t) => t.claimReports({ now, ...owner, columnId, limit: 101 })],
  ['reportId is 0', RangeError, (t) => t.settleReport({ ...settle, reportId: 0 })],
  ['random is 1', RangeError, (t) => t.settleReport({ ...settle, random: 1 })],
  ['random is no number', RangeError, (t) => t.settleReport({ ...settle, random: Number.NaN })],
  ['address is empty', RangeError, (t) => t.settleReport({ ...settle, address: '' })],
  ['reportId is negative', RangeError, (t) => t.redrive({ now, reportId: -1 })],
  ['tel1 is not in E.164', RangeError, (t) => t.openCall({ ...call, tel1: badPhone })],
  [
    'there are three numbers',
    RangeError,
    (t) => t.logCall({ now, kind: 'Call', columnId, peer: 'a', numbers: [1, 2, 3].map(phone), outcome: 'late' }),
  ],
  ['enabled is no boolean', TypeError, (t) => t.setDialling({ now, enabled: 1 as never })],
  ['reason is too long', RangeError, (t) => t.setDialling({ now, enabled: false, reason: 'x'.repeat(201) })],
  ['textDays is 0', RangeError, (t) => t.retain({ now, textDays: 0, numberDays: 180 })],
  ['byMs is no whole number', RangeError, (t) => t.shiftTimes({ now, byMs: 0.5 })],
  ['status is unknown', RangeError, (t) => t.list({ status: 'Gone' as NotificationStatus })],
  ['limit is over 500', RangeError, (t) => t.list({ limit: 501 })],
  ['cursor is none of ours', RangeError, (t) => t.reports({ state: 'dead', cursor: 'x' })],
  ['limit is 0', RangeError, (t) => t.calls({ limit: 0 })],
  ['limit is over 1,000', RangeError, (t) => t.changes({ after: 0, limit: 1_001 })],
  ['after is negative', RangeError, (t) => t.changes({ after: -1 })],
])('refused: %s', async (_what, error, command) => {
  await expect(command(tracker)).rejects.toThrow(error);
});

test('an error does not show the number it complains of', async () => {
  await expect(tracker.accept({ ...sayText, phone: badPhone })).rejects.not.toThrow(badPhone);
});

test('a SayText without text can only be accepted as refused', async () => {
  await expect(tracker.accept({ ...sayText, text: '' })).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
});

test('a detail is cut at 200 characters', async () => {
  await desk.accept(1);
  const callId = await desk.dial();
  await tracker.endAttempt({ now, callId, outcome: 'rejected', detail: 'x'.repeat(300) });
  expect((await desk.round(1)).attempts[0]?.detail).toHaveLength(200);
});

test('the policy is read at every command', async () => {
  await desk.accept(2);
  desk.setPolicy({ redial: { timeToLiveMs: 1_000 } });
  await desk.accept(3);
  expect([(await desk.round(2)).expiresAt, (await desk.round(3)).expiresAt]).toEqual([now + 300_000, now + 1_000]);
});

test('a listener hears of commits until it stops', async () => {
  const heard: string[] = [];
  const stop = tracker.onEvent((event) => heard.push(event.event));
  await desk.accept(4);
  stop();
  await desk.accept(5);
  expect(heard).toEqual(['changed', 'reportsOwed', 'callsQueued']);
});

test("a listener's failure is not a failure to store: it is thrown outside of the command", async () => {
  const outside: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = new Promise<void>((resolve) => {
    process.once('uncaughtException', (error) => {
      outside.push(error);
      resolve();
    });
  });
  const failure = new Error('listener');
  const stop = tracker.onEvent((event) => {
    if (event.event === 'changed') throw failure;
  });
  try {
    expect(await desk.accept(6)).toMatchObject({ outcome: 'accepted' });
    await thrown;
    expect(outside).toEqual([failure]);
  } finally {
    stop();
    for (const listener of others) process.on('uncaughtException', listener);
  }
});
