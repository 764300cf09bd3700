import { expect, test } from 'vitest';
import { readAriEvent } from './ari-events.ts';

const CHANNEL = {
  id: 'taxinav-1',
  name: 'PJSIP/trunk-00000001',
  state: 'Up',
  caller: { name: '', number: '0675040279' },
  dialplan: { context: 'lines', exten: '0445550101' },
};

test('an event is read with what is used of its channel', () => {
  expect(readAriEvent(JSON.stringify({ type: 'ChannelDestroyed', cause: 17, tech_cause: 486, channel: CHANNEL }))).toEqual({
    event: {
      type: 'ChannelDestroyed',
      cause: 17,
      techCause: 486,
      channel: {
        id: 'taxinav-1',
        name: 'PJSIP/trunk-00000001',
        state: 'Up',
        callerNumber: '0675040279',
        context: 'lines',
        extension: '0445550101',
      },
    },
  });
});

test.each([
  ['half an event', '{"type":"ChannelDestroyed","cause":16,"chan', 'not JSON'],
  ['a list', '[]', 'not an object'],
  ['no type', '{}', 'no type'],
  ['a type that is none', '{"type":7}', 'no type'],
  ['an unknown type', '{"type":"ChannelGoesToTheMoon"}', 'unknown type ChannelGoesToTheMoon'],
  ['the name of something every object has', '{"type":"constructor"}', 'unknown type constructor'],
  ['a type with what a log must not hold', '{"type":"A\\u001b[31m"}', 'unknown type A????m'],
  ['no channel', '{"type":"ChannelDestroyed"}', 'ChannelDestroyed lacks a field or has a wrong one'],
  ['a channel without an id', '{"type":"StasisEnd","channel":{"id":""}}', 'StasisEnd lacks a field or has a wrong one'],
  [
    'a key that is none',
    '{"type":"ChannelDtmfReceived","digit":"12","channel":{"id":"a"}}',
    'ChannelDtmfReceived lacks a field or has a wrong one',
  ],
  [
    'a playback without its state',
    '{"type":"PlaybackFinished","playback":{"id":"a"}}',
    'PlaybackFinished lacks a field or has a wrong one',
  ],
  ['a dial without its status', '{"type":"Dial","peer":{"id":"a"}}', 'Dial lacks a field or has a wrong one'],
])('%s is unreadable, and says why', (_name, text, unreadable) => {
  expect(readAriEvent(text)).toEqual({ unreadable });
});

test('an event without use is ignored by its name', () => {
  expect(readAriEvent('{"type":"ChannelVarset"}')).toEqual({ ignored: 'ChannelVarset' });
});

test('fields of wrong types are left out where they are not needed', () => {
  const read = readAriEvent(
    JSON.stringify({ type: 'ChannelHangupRequest', cause: '17', soft: 'yes', channel: { id: 'a', caller: 7, state: null } }),
  );
  expect(read).toEqual({ event: { type: 'ChannelHangupRequest', soft: false, channel: { id: 'a', name: '', state: 'Unknown' } } });
});

test('a user event keeps its fields, and only those that are text', () => {
  const read = readAriEvent(
    '{"type":"ChannelUserevent","eventname":"X","userevent":{"eventname":"X","Line":"044","n":1,"__proto__":"no"},"channel":{"id":"a"}}',
  );
  expect(read).toMatchObject({ event: { eventName: 'X', fields: { Line: '044' }, channel: { id: 'a' } } });
});

test('a start in an application tells whose place it takes', () => {
  const read = readAriEvent('{"type":"StasisStart","args":[],"channel":{"id":"b"},"replace_channel":{"id":"a"}}');
  expect(read).toMatchObject({ event: { channel: { id: 'b' }, replacedId: 'a' } });
});
