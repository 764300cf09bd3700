import { describe, expect, it } from 'vitest';
import { formatAddress, isLoopbackHost, isUnspecifiedHost, parseAddress } from './address.ts';

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:6301', { host: '127.0.0.1', port: 6301 }],
    ['[::1]:6301', { host: '::1', port: 6301 }],
    ['[FE80::1]:1', { host: 'fe80::1', port: 1 }],
    ['Dispatch.Example.com:6001', { host: 'dispatch.example.com', port: 6001 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
  ])('reads %s', (text, address) => expect(parseAddress(text)).toEqual(address));

  it.each([
    '',
    ':1',
    'host',
    'host:',
    'host:65536',
    'host:-1',
    'host:1x',
    '::1:6301',
    '[::1]',
    '[127.0.0.1]:1',
    '127.1:80',
    '300.0.0.1:1',
    '-a:1',
    'a b:1',
  ])('refuses "%s"', (text) => expect(parseAddress(text)).toBeUndefined());

  it('gives back what formatAddress wrote', () => {
    for (const text of ['127.0.0.1:6301', '[::1]:6301', 'pbx.example:1'])
      expect(formatAddress(parseAddress(text) ?? { host: '', port: 0 })).toBe(text);
  });
});

describe('hosts', () => {
  it.each(['127.0.0.1', '127.255.1.2', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])('%s is loopback', (host) =>
    expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(['10.0.0.1', '127.example.com', '::2', '0.0.0.0', '::'])('%s is not loopback', (host) =>
    expect(isLoopbackHost(host)).toBe(false),
  );
  it.each(['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0'])('%s is every address', (host) =>
    expect(isUnspecifiedHost(host)).toBe(true),
  );
  it.each(['127.0.0.1', '::1', 'zero'])('%s is one address', (host) => expect(isUnspecifiedHost(host)).toBe(false));
});
