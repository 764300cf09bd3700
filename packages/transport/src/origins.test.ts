import { expect, test } from 'vitest';
import { AddressList } from './address-list.ts';
import { Origins } from './origins.ts';

test('an address is one origin in every spelling', () => {
  const origins = new Origins(new AddressList(['192.168.1.21']));
  expect(origins.of('::ffff:192.168.1.21')).toBe(origins.of('192.168.1.21'));
  expect(origins.of('fe80::1%eth0')).toBe(origins.of('fe80::1%eth1'));
  expect([origins.of('192.168.1.21').allowed, origins.of('fe80::1').allowed]).toEqual([true, false]);
});

test('a new list judges every address anew, and open connections stay counted', () => {
  const origins = new Origins(new AddressList(['127.0.0.1']));
  origins.of('127.0.0.1').open = 3;
  origins.allow(new AddressList(['127.0.0.2']));
  expect(origins.of('127.0.0.1')).toEqual({ address: '127.0.0.1', allowed: false, open: 3 });
  expect(origins.of('127.0.0.2').allowed).toBe(true);
});

test('of addresses without an open connection about a thousand are remembered, of the others all', () => {
  const origins = new Origins(new AddressList(['10.0.0.0/8']));
  for (let serial = 0; serial < 20_000; serial += 1) {
    const origin = origins.of(`10.1.${serial >> 8}.${serial & 255}`);
    if (serial % 10 === 0) origin.open = 1;
  }
  expect(origins.size).toBeLessThanOrEqual(2_000 * 2 + 1_024);
  for (let serial = 0; serial < 20_000; serial += 10) expect(origins.of(`10.1.${serial >> 8}.${serial & 255}`).open).toBe(1);
});
