import { expect, test } from 'vitest';
import { callDetail } from './call-detail.ts';

const evidence = { answered: false, rang: false, progress: false, hangupCause: 0 };

test('a call that was never made is told apart from one that a trunk has ended', () => {
  expect(callDetail({ ...evidence, notOriginated: true })).toEqual(['no call was made: the PBX is away or refused it']);
  expect(callDetail({ ...evidence, hangupCause: 34 })).toEqual(['cause 34']);
});

test('a call of which nobody knows how it ended says so', () => {
  expect(callDetail({ ...evidence, lost: true })).toEqual(['gone while the PBX was away']);
});

test('SIP code and our own decision stand beside the cause', () => {
  expect(callDetail({ ...evidence, hangupCause: 19, sipCode: 480, givenUp: 'ringTimeout' })).toEqual([
    'cause 19',
    'SIP 480',
    'ringTimeout',
  ]);
});
