import { parseGuid, parsePhoneNumber } from '@taxinav/codec';
import type { NotificationLine } from '@taxinav/notification-tracking';
import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { erasePerson, untilNoneIsLeft } from './personal-data.ts';

test('a command is run until it finds nothing, and its rows are added up', async () => {
  const left = [500, 500, 3, 0];
  const changed = await untilNoneIsLeft(() => Promise.resolve(left.shift() ?? 0), {
    clock: new FakeClock(),
    signal: new AbortController().signal,
  });
  expect([changed, left]).toEqual([{ rows: 1_003, more: false }, []]);
});

test('an answer takes 8 s at most: what is left is for the next one', async () => {
  const clock = new FakeClock();
  let commands = 0;
  const changing = async (): Promise<number> => {
    commands += 1;
    await clock.advance(1_000);
    return 500;
  };
  expect(await untilNoneIsLeft(changing, { clock, signal: new AbortController().signal })).toEqual({ rows: 4_000, more: true });
  expect(commands).toBe(8);
});

test('a bridge that stops removes nothing more', async () => {
  const stop = new AbortController();
  const changing = (): Promise<number> => {
    stop.abort();
    return Promise.resolve(500);
  };
  expect(await untilNoneIsLeft(changing, { clock: new FakeClock(), signal: stop.signal })).toEqual({ rows: 500, more: true });
});

test('nothing rings after an erasure: what waited is not dialled when the phone that rang is hung up', async () => {
  const phone = parsePhoneNumber('0671234567');
  const [ringing, waiting] = ['6F9619FF-8B86-D011-B42D-00CF4FC964F1', '6F9619FF-8B86-D011-B42D-00CF4FC964F2'].map(parseGuid);
  if (phone === undefined || ringing === undefined || waiting === undefined) throw new Error('no such value');
  const statuses = new Map([
    [ringing, 'Active'],
    [waiting, 'Queued'],
  ]);
  await erasePerson(phone, {
    clock: new FakeClock(),
    signal: new AbortController().signal,
    tracker: {
      list: ({ status }) =>
        Promise.resolve({
          lines: [...statuses]
            .filter(([, each]) => each === status)
            .map(([guid]) => ({ columnId: 'north', guid, final: false }) as NotificationLine),
        }),
      erase: () => Promise.resolve(0),
    },
    cancel: (_columnId, guid) => {
      statuses.set(guid, 'Canceled');
      // The phone is free: the dialler takes what waits for it.
      if (statuses.get(waiting) === 'Queued') statuses.set(waiting, 'Active');
      return Promise.resolve({ outcome: 'ended', status: 'Canceled' });
    },
  });
  expect([...statuses.values()]).toEqual(['Canceled', 'Canceled']);
});
