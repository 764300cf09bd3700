import { expect, test } from 'vitest';
import { REFUSED_PEERS, RefusedPeers } from './refused-peers.ts';

test('an address is listed once, with its count, last reason and time; last seen first', () => {
  const refused = new RefusedPeers();
  refused.note('10.0.0.1', 'not-allowed', 1);
  refused.note('10.0.0.2', 'not-allowed', 2);
  refused.note('10.0.0.1', 'address-limit', 3);
  expect(refused.list()).toEqual([
    { address: '10.0.0.1', reason: 'address-limit', count: 2, lastAt: 3 },
    { address: '10.0.0.2', reason: 'not-allowed', count: 1, lastAt: 2 },
  ]);
});

test(`of more than ${REFUSED_PEERS} addresses the one not seen for longest is forgotten`, () => {
  const refused = new RefusedPeers();
  for (let index = 0; index < REFUSED_PEERS; index += 1) refused.note(`10.0.0.${index}`, 'not-allowed', index);
  refused.note('10.0.0.0', 'not-allowed', 100);
  refused.note('10.0.1.0', 'not-allowed', 101);
  const addresses = refused.list().map(({ address }) => address);
  expect(addresses).toHaveLength(REFUSED_PEERS);
  expect(addresses.slice(0, 2)).toEqual(['10.0.1.0', '10.0.0.0']);
  expect(addresses).not.toContain('10.0.0.1');
});
