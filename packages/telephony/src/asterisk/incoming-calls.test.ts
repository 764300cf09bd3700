import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import type { IncomingCall, IncomingCallOutcome } from '../pbx.ts';
import { AriError } from './ari-error.ts';
import type { AriChannel, AriEvent } from './ari-events.ts';
import { IncomingCalls } from './incoming-calls.ts';
import type { AsteriskWarning } from './options.ts';

interface Heard {
  readonly clock: FakeClock;
  readonly incoming: IncomingCalls;
  readonly calls: IncomingCall[];
  readonly outcomes: IncomingCallOutcome[];
  readonly warnings: AsteriskWarning[];
  readonly continued: string[];
}

function trial(more: { readonly linkedIds?: number; readonly fails?: AriError; readonly answers?: Record<string, unknown> } = {}): Heard {
  const heard = { clock: new FakeClock(), calls: [], outcomes: [], warnings: [], continued: [] } as Omit<Heard, 'incoming'>;
  const failing = (): Promise<void> => (more.fails === undefined ? Promise.resolve() : Promise.reject(more.fails));
  const incoming = new IncomingCalls({
    clock: heard.clock,
    client: {
      continueInDialplan: (channelId) => {
        heard.continued.push(channelId);
        return failing();
      },
      get: (path) => failing().then(() => more.answers?.[path]),
    },
    application: 'taxinav',
    linkedIds: more.linkedIds ?? 10,
    onCall: (call) => heard.calls.push(call),
    onOutcome: (outcome) => heard.outcomes.push(outcome),
    onWarning: (warning) => heard.warnings.push(warning),
  });
  return { ...heard, incoming };
}

const channel = (id: string, name = `PJSIP/trunk-${id}`): AriChannel => ({ id, name, state: 'Ring', callerNumber: '0675040279' });

function callIn(linkedId: string, of: AriChannel = channel(linkedId)): AriEvent {
  return { type: 'ChannelUserevent', eventName: 'TaxiNavigatorCall', fields: { Line: '0445550101', Call: linkedId }, channel: of };
}

test('a linked id is new again after a minute, unless its call is still being routed', async () => {
  const { clock, incoming, calls } = trial();
  incoming.onEvent(callIn('a'));
  incoming.onEvent(callIn('b'));
  incoming.onEvent({ type: 'ChannelDestroyed', channel: channel('b'), cause: 16 });
  await clock.advance(61_000);
  incoming.onEvent(callIn('a'));
  incoming.onEvent(callIn('b'));
  expect(calls.map(({ linkedId }) => linkedId)).toEqual(['a', 'b', 'b']);
});

test('so many calls are followed at most: the oldest has no outcome', () => {
  const { incoming, outcomes } = trial({ linkedIds: 2 });
  for (const id of ['a', 'b', 'c']) incoming.onEvent(callIn(id));
  for (const id of ['a', 'b', 'c']) incoming.onEvent({ type: 'ChannelDestroyed', channel: channel(id), cause: 16 });
  expect(outcomes.map(({ call }) => call.linkedId)).toEqual(['b', 'c']);
});

test('who joins the caller’s bridge without being dialled has answered', () => {
  const { incoming, outcomes } = trial();
  incoming.onEvent(callIn('a'));
  incoming.onEvent({ type: 'ChannelEnteredBridge', channel: channel('x', 'PJSIP/107-000000aa'), bridgeId: 'elsewhere' });
  incoming.onEvent({ type: 'ChannelEnteredBridge', channel: channel('a'), bridgeId: 'b-1' });
  expect(outcomes).toEqual([]);
  incoming.onEvent({ type: 'ChannelEnteredBridge', channel: channel('y', 'PJSIP/101-0000002a'), bridgeId: 'b-1' });
  incoming.onEvent({ type: 'ChannelDestroyed', channel: channel('a'), cause: 16 });
  expect(outcomes).toMatchObject([{ outcome: 'answered', endpoint: 'PJSIP/101' }]);
});

test('an answer of another call is nothing to this one', () => {
  const { incoming, outcomes } = trial();
  incoming.onEvent(callIn('a'));
  const peer = channel('p', 'PJSIP/101-0000002a');
  incoming.onEvent({ type: 'Dial', caller: channel('z'), peer, dialStatus: 'ANSWER' });
  incoming.onEvent({ type: 'Dial', peer, dialStatus: 'ANSWER' });
  expect(outcomes).toEqual([]);
});

test('a user event without linked id and channel is a warning, and so is half an answer of Asterisk', async () => {
  const lost = trial();
  lost.incoming.onEvent({ type: 'ChannelUserevent', eventName: 'TAXINAVIGATORCALL', fields: { Line: '1' } });
  expect(lost.calls).toEqual([]);
  expect(lost.warnings).toMatchObject([{ code: 'ARI_EVENT_UNREADABLE' }]);

  const half = trial({ answers: { '/applications/taxinav': { channel_ids: ['1795378381.2', 7, 'taxinav-x-1'] }, '/channels': 'half' } });
  await half.incoming.connected();
  expect(half.continued).toEqual(['1795378381.2']);
  expect(half.calls).toMatchObject([{ linkedId: '1795378381.2' }]);
});

test.each([
  ['ARI_NOT_FOUND', 0],
  ['ARI_CONFLICT', 0],
  ['ARI_FAILED', 1],
  ['ARI_UNREACHABLE', 1],
] as const)('giving back answered with %s: %i warnings, and the call is told', async (code, warned) => {
  const { incoming, calls, warnings } = trial({ fails: new AriError(code, 'x') });
  incoming.onControlEvent({ type: 'StasisStart', channel: channel('a'), args: [] });
  await Promise.resolve();
  await Promise.resolve();
  expect(warnings).toHaveLength(warned);
  expect(calls).toHaveLength(1);
});

test('who takes the place of another channel, at a transfer, is given back and has called no line', () => {
  const { incoming, calls, continued } = trial();
  incoming.onControlEvent({ type: 'StasisStart', channel: channel('1795378381.2'), args: [], replacedId: 'taxinav-x-1-1' });
  expect(continued).toEqual(['1795378381.2']);
  expect(calls).toEqual([]);
});

test('Asterisk cannot be asked who waits: a warning, no more', async () => {
  const { incoming, warnings } = trial({ fails: new AriError('ARI_TIMEOUT', 'x') });
  await incoming.connected();
  expect(warnings).toMatchObject([{ code: 'ARI_REQUEST_FAILED' }]);
});

test('a call that rings more than 200 phones is followed no further into those beyond', () => {
  const { incoming, outcomes } = trial();
  incoming.onEvent(callIn('a'));
  for (let each = 0; each < 201; each += 1) {
    incoming.onEvent({ type: 'Dial', caller: channel('a'), peer: channel(`m${each}`, `Local/${each}@member-00000001;1`), dialStatus: '' });
  }
  const behind = (each: number): AriEvent => ({
    type: 'Dial',
    caller: channel(`n${each}`, `Local/${each}@member-00000001;2`),
    peer: channel('p', 'PJSIP/101-0000002a'),
    dialStatus: 'ANSWER',
  });
  incoming.onEvent(behind(200));
  expect(outcomes).toEqual([]);
  incoming.onEvent(behind(0));
  expect(outcomes).toMatchObject([{ outcome: 'answered', endpoint: 'PJSIP/101' }]);
});

test('fields and ids are cut at 160 characters', () => {
  const { incoming, calls } = trial();
  const long = '1'.repeat(200);
  const fields = { Line: long, CallerID: long, Call: long };
  incoming.onEvent({ type: 'ChannelUserevent', eventName: 'TaxiNavigatorCall', fields, channel: channel('a') });
  expect(calls).toMatchObject([{ linkedId: '1'.repeat(160), line: '1'.repeat(160), callerId: '1'.repeat(160) }]);
});
