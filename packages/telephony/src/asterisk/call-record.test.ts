import { expect, test } from 'vitest';
import type { Errand } from '../errand.ts';
import { readCallRecord, writeCallRecord } from './call-record.ts';

const ANNOUNCE: Errand = {
  errand: 'announce',
  request: {
    callId: 'taxinav-a-1',
    target: { endpoint: 'PJSIP/0671234560@trunk', callerId: '0445550101', ringSeconds: 20, progress: 'ringing' },
    announcement: { text: 'Вашу машину подано', audio: { path: '/var/cache/a b/ц', durationMs: 1_250 }, readings: 1 },
    keys: { repeat: '1', operator: { digit: '0', target: { endpoint: 'PJSIP/100', autoAnswer: 'Call-Info: <sip:t>;answer-after=0' } } },
  },
};
const CONFERENCE: Errand = {
  errand: 'conference',
  request: {
    callId: 'taxinav-a-2',
    first: { endpoint: 'PJSIP/1@trunk' },
    second: { endpoint: 'PJSIP/2@trunk' },
    maximumMinutes: 5,
    apology: { text: 'Абонент недоступний', audio: { path: '/a', durationMs: 900 } },
  },
};

test('a call is read as it was written, without its texts', () => {
  const { request } = ANNOUNCE;
  expect(readCallRecord(request.callId, writeCallRecord(ANNOUNCE))).toEqual({
    errand: 'announce',
    request: { ...request, announcement: { ...request.announcement, text: '' } },
  });
  expect(readCallRecord('taxinav-a-2', writeCallRecord(CONFERENCE))).toEqual({
    errand: 'conference',
    request: { ...CONFERENCE.request, apology: { text: '', audio: { path: '/a', durationMs: 900 } } },
  });
});

test('a text never goes to Asterisk, and nothing in a record can be taken for dialplan', () => {
  const written = writeCallRecord(ANNOUNCE);
  expect(written).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(Buffer.from(written, 'base64url').toString()).not.toContain('машину');
});

test.each([
  ['nothing', ''],
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{"errand"').toString('base64url')],
  ['another errand', Buffer.from('{"errand":"dance"}').toString('base64url')],
  ['no target', Buffer.from('{"errand":"announce","announcement":{}}').toString('base64url')],
  [
    'values out of bounds',
    Buffer.from('{"errand":"announce","target":{"endpoint":"a","ringSeconds":-1},"announcement":{}}').toString('base64url'),
  ],
])('%s is no record', (_name, written) => {
  expect(readCallRecord('taxinav-a-1', written)).toBeUndefined();
});
