import { expect, test } from 'vitest';
import type { Stored } from '../src/database.ts';
import { checkPhones } from '../src/phone-checker.ts';
import type { PhoneCall } from '../src/phone-network.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';
const PHONE = '0671000010';

const call = (more: Partial<PhoneCall> = {}): PhoneCall => ({
  channelId: 'taxinav-abc-1-1',
  phone: PHONE,
  run: 1,
  beganAt: 1_000,
  answeredAt: 2_000,
  endedAt: 5_000,
  ...more,
});

const stored: Stored = {
  changes: [{ column: 'north', guid: GUID, round: 1, status: 'Done', final: true, changedAt: 2_000 }],
  attempts: [1, 2].map((attempt) => ({ attempt, callId: `taxinav-abc-${attempt}`, column: 'north', guid: GUID })),
};

function found(calls: readonly PhoneCall[], channels = 4): readonly string[] {
  return checkPhones({ calls, stored, phones: new Map([[GUID, PHONE]]), channels }).anomalies.map(({ why }) => why);
}

test('a call that was asked for once, and answered, is as it should be', () => {
  expect(found([call()])).toEqual([]);
});

test('the PBX was asked twice for one attempt', () => {
  expect(found([call(), call({ beganAt: 6_000, endedAt: 7_000 })])).toEqual(['the PBX was asked 2 times']);
});

test('a phone is called by two attempts at once; one after the other is no anomaly', () => {
  const second = { channelId: 'taxinav-abc-2-1', beganAt: 4_000, endedAt: 9_000 };
  expect(found([call(), call(second)])).toEqual(['called as taxinav-abc-2-1 while taxinav-abc-1-1 was under way']);
  expect(found([call(), call({ ...second, beganAt: 5_100 })])).toEqual([]);
});

test('a call without a stored attempt, and one to another phone than was asked for', () => {
  expect(found([call(), call({ channelId: 'taxinav-abc-9-1', phone: '0671000020' })])).toEqual(['no attempt is stored for it']);
  expect(found([call({ phone: '0671000020' })])).toEqual(['called 0671000020 in place of 0671000010']);
});

test('Done, though no phone was answered', () => {
  const { answeredAt: _, ...unanswered } = call();
  expect(found([unanswered])).toEqual(['Done, and no phone was answered for it']);
});

test('more phones at once than there are channels', () => {
  const others = ['0671000020', '0671000030'].map((phone, index) => call({ channelId: `taxinav-abc-d${index}-1`, phone }));
  expect(found([call(), ...others], 2)).toEqual(['3 phones were called at once, of 2 channels']);
});
