import { formatAddress, parseAddress } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { formatHostPort, parseHostPort } from './host-port.ts';

const TEXTS = [
  '127.0.0.1:6301',
  ' 127.0.0.1:6301 ',
  '127.0.0.1:0',
  '127.0.0.1:65535',
  '127.0.0.1:65536',
  '127.0.0.1',
  '127.1:80',
  '300.0.0.1:80',
  '[::1]:6001',
  '[FE80::1]:1',
  '[127.0.0.1]:1',
  '::1:6001',
  'Dispatch.Example:6001',
  'dispatch.example.:6001',
  'dispatch..example:6001',
  '-dispatch:6001',
  'диспетчер:6001',
  `${'a'.repeat(64)}:1`,
  `${'a.'.repeat(127)}a:1`,
  `${'a.'.repeat(126)}a:1`,
  ':6001',
  'host:',
  'host:+1',
  '',
];

test.each(TEXTS)('%j is read as the configuration of the bridge reads it', (text) => {
  expect(parseHostPort(text)).toEqual(parseAddress(text));
});

test('addresses are written as the configuration has them', () => {
  const addresses = TEXTS.map(parseAddress).filter((address) => address !== undefined);
  expect(addresses.map(formatHostPort)).toEqual(addresses.map(formatAddress));
});
