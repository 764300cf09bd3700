import { expect, test } from 'vitest';
import { callIdOfChannel, channelIdOf } from './channel-ids.ts';

test('a leg has a channel id of its own, and its call is found by it', () => {
  for (const leg of ['first', 'second'] as const) expect(callIdOfChannel(channelIdOf('taxinav-a1b2-14', leg))).toBe('taxinav-a1b2-14');
  expect(callIdOfChannel('taxinav-a1b2-14-1;2')).toBe('taxinav-a1b2-14');
});

test('no leg has an id that the id of another call begins with', () => {
  const ids = [1, 10, 11, 14, 2, 21, 121].flatMap((serial) =>
    (['first', 'second'] as const).map((leg) => channelIdOf(`taxinav-a1b2-${serial}`, leg)),
  );
  for (const id of ids) expect(ids.filter((other) => other.startsWith(id))).toEqual([id]);
});

test.each(['asterisk-1700000000.3', '1700000000.3', 'taxinav-a1b2', 'taxinav-a1b2-1-3', ''])('%s is no channel of ours', (id) => {
  expect(callIdOfChannel(id)).toBeUndefined();
});
