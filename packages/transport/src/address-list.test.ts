import { expect, test } from 'vitest';
import { AddressList, normalAddress } from './address-list.ts';
import { TransportError } from './errors.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:192.168.1.21', '192.168.1.21'],
  ['::FFFF:192.168.1.21', '192.168.1.21'],
  ['::ffff:c0a8:115', '192.168.1.21'],
  ['0:0:0:0:0:ffff:c0a8:0115', '192.168.1.21'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
  ['no address', 'no address'],
])('%s is reported and compared as %s', (written, normal) => {
  expect(normalAddress(written)).toBe(normal);
});

test.each([
  ['192.168.1.21', '192.168.1.21', '192.168.1.22'],
  ['192.168.1.0/24', '192.168.1.255', '192.168.2.0'],
  [' 192.168.1.77/24 ', '192.168.1.1', '192.168.0.255'],
  ['0.0.0.0/0', '8.8.8.8', '2001:db8::1'],
  ['::ffff:10.1.2.3', '10.1.2.3', '10.1.2.4'],
  ['::ffff:10.0.0.0/104', '10.255.0.1', '11.0.0.1'],
  ['2001:db8::/32', '2001:db8:1::1', '2001:db9::1'],
  ['::1', '::1', '127.0.0.1'],
  ['10.0.0.0/8', '::ffff:10.1.1.1', '::ffff:11.1.1.1'],
])('%s covers %s and not %s', (entry, inside, outside) => {
  const list = new AddressList([entry]);
  expect([list.covers(inside), list.covers(outside)]).toEqual([true, false]);
});

test('an empty list covers nobody, and what is no address is never covered', () => {
  expect(new AddressList([]).covers('127.0.0.1')).toBe(false);
  expect(new AddressList(['0.0.0.0/0']).covers('somebody')).toBe(false);
});

test.each([
  ['dispatch.example', 'host name'],
  ['localhost', 'host name'],
  ['10.0.0', 'no IP address'],
  ['', 'no IP address'],
  ['10.0.0.1/33', 'from 0 to 32'],
  ['10.0.0.1/', 'from 0 to 32'],
  ['10.0.0.1/8/8', 'from 0 to 32'],
  ['10.0.0.1/-1', 'from 0 to 32'],
  ['::1/129', 'from 0 to 128'],
  ['::ffff:0:0/95', '0.0.0.0/0'],
])('%j is refused: %s', (entry, word) => {
  const make = (): AddressList => new AddressList(['127.0.0.1', entry]);
  expect(make).toThrow(expect.objectContaining({ code: 'TRANSPORT_ALLOW_INVALID', name: 'TransportError' }));
  expect(make).toThrow(TransportError);
  expect(make).toThrow(word);
  expect(make).toThrow(JSON.stringify(entry));
});
