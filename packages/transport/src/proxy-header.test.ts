import { expect, test } from 'vitest';
import { readProxyHeader } from './proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** From 192.168.1.21:51000 to 10.0.0.5:6301. */
const IPV4 = bytesOf(`${SIGNATURE} 21 11 000c c0a80115 0a000005 c738 189d`);
const IPV6 = bytesOf(`${SIGNATURE} 21 21 0024 20010db8000000000000000000000021 20010db8000000000000000000000005 c738 189d`);

test('a header over IPv4 names the peer behind the balancer', () => {
  expect(readProxyHeader(IPV4)).toEqual({ header: 'proxied', address: '192.168.1.21', port: 51_000, bytes: 28 });
});

test('a header over IPv6 does so too', () => {
  expect(readProxyHeader(IPV6)).toEqual({ header: 'proxied', address: '2001:db8:0:0:0:0:0:21', port: 51_000, bytes: 52 });
});

test('what a balancer adds after the addresses is passed over', () => {
  const more = bytesOf(`${SIGNATURE} 21 11 0013 c0a80115 0a000005 c738 189d 04 0004 00000000`);
  expect(readProxyHeader(more)).toMatchObject({ header: 'proxied', address: '192.168.1.21', bytes: 35 });
});

test('a LOCAL header is the balancer speaking for itself', () => {
  expect(readProxyHeader(bytesOf(`${SIGNATURE} 20 00 0000`))).toEqual({ header: 'local', bytes: 16 });
});

test.each([
  ['IPv4', IPV4],
  ['IPv6', IPV6],
])('cut anywhere, a header over %s is incomplete', (_, header) => {
  for (let cut = 0; cut < header.length; cut += 1) expect(readProxyHeader(header.subarray(0, cut))).toEqual({ header: 'incomplete' });
});

test.each([
  ['a message', new TextEncoder().encode('Message: Dial\r\n'), 'signature'],
  ['the text form, version 1', new TextEncoder().encode('PROXY TCP4 192.168.1.21 10.0.0.5 51000 6301\r\n'), 'signature'],
  ['a signature that goes wrong at its last byte', bytesOf(`${SIGNATURE.slice(0, 22)}00`), 'signature'],
  ['another version', bytesOf(`${SIGNATURE} 31 11 000c`), 'version 3'],
  ['another command', bytesOf(`${SIGNATURE} 22 11 000c`), 'command 2'],
  ['UDP', bytesOf(`${SIGNATURE} 21 12 0000`), 'family 0x12'],
  ['a Unix socket', bytesOf(`${SIGNATURE} 21 31 0000`), 'family 0x31'],
  ['too few bytes for its addresses', bytesOf(`${SIGNATURE} 21 11 0004 c0a80115`), 'too short'],
  ['too few bytes for IPv6', bytesOf(`${SIGNATURE} 21 21 0004 c0a80115`), 'too short'],
  ['more than it may have', bytesOf(`${SIGNATURE} 21 11 ffff`), 'at most'],
])('%s is no header', (_, bytes, why) => {
  const read = readProxyHeader(bytes);
  expect(read.header).toBe('invalid');
  expect(read).toMatchObject({ why: expect.stringContaining(why) as string });
});
