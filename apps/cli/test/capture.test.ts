import { Buffer } from 'node:buffer';
import { temporaryFolder } from '@taxinav/testkit';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { framed, ipPacket, pcap, pcapng, WrittenConnection, type WrittenPacket } from './capture-writer.ts';
import { decodeHere } from './decode-here.ts';
import { jsonLines, runCli } from './run-cli.ts';

const AT = Date.UTC(2026, 10, 3, 13, 21, 30, 250);
const TN = '192.168.1.21:50123';
const LISTEN = '192.168.1.10:6301';
const DIAL = 'Message: Dial  \r\nTel: 0675040279  \r\n \r\n';
const CONFERENCE = 'Message: Conference\r\nTel1: 0501234567\r\nTel2: 0675040279\r\n\r\n';
const ACK = 'Message:ACK\r\nError:OK\r\n\r\n';

const dial = (): WrittenPacket[] => new WrittenConnection(TN, LISTEN, AT).open().say('client', DIAL).close().packets;
const MESSAGE = { connection: 1, from: TN, to: LISTEN, message: 'Dial', tel: '+380675040279' };
const WHEN = '2026-11-03T13:21:30.253Z';

async function decode(capture: Buffer, ...options: readonly '--mask'[]) {
  const finished = await decodeHere(capture, ['--json', ...options]);
  return { ...finished, lines: jsonLines(finished.stdout) };
}

const little = { little: true };
const big = { little: false };
const loopback = Buffer.from([2, 0, 0, 0]);
const cooked = Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0])]);
const cooked2 = Buffer.concat([Buffer.from([8, 0]), Buffer.alloc(18)]);
const behind = (header: Buffer): WrittenPacket[] => dial().map(({ at, bytes }) => ({ at, bytes: Buffer.concat([header, bytes]) }));
const captures: readonly (readonly [string, Buffer])[] = [
  ['pcap, little-endian, microseconds', pcap(framed(dial()), little)],
  ['pcap, big-endian, microseconds', pcap(framed(dial()), big)],
  ['pcap, little-endian, nanoseconds', pcap(framed(dial()), { ...little, nanoseconds: true })],
  ['pcap, big-endian, nanoseconds', pcap(framed(dial()), { ...big, nanoseconds: true })],
  ['pcapng, little-endian', pcapng(framed(dial()), little)],
  ['pcapng, big-endian', pcapng(framed(dial()), big)],
  [
    'pcapng of two sections of either byte order',
    Buffer.concat([pcapng(framed(dial()).slice(0, 3), big), pcapng(framed(dial()).slice(3), little)]),
  ],
  ['a VLAN', pcap(framed(dial(), [7]))],
  ['a VLAN in a VLAN', pcap(framed(dial(), [7, 8]))],
  ['raw IP', pcap(dial(), { linkType: 101 })],
  ['Linux cooked', pcap(behind(cooked), { linkType: 113 })],
  ['Linux cooked of the second kind', pcap(behind(cooked2), { linkType: 276 })],
  ['loopback', pcap(behind(loopback), { linkType: 0 })],
];

test.each(captures)('a capture is read by its content, with time and direction: %s', async (_name, capture) => {
  const { lines, code } = await decode(capture);
  expect(lines[0]).toEqual({ at: WHEN, ...MESSAGE });
  expect(code).toBe(0);
});

test('packets without a time are read as well', async () => {
  const { lines } = await decode(pcapng(framed(dial()), { simple: true }));
  expect(lines[0]).toEqual({ at: '1970-01-01T00:00:00.000Z', ...MESSAGE });
});

test('IPv6 is read', async () => {
  const [client, server] = ['[fd00:0:0:0:0:0:0:21]:50123', '[fd00:0:0:0:0:0:0:10]:6301'];
  const { packets } = new WrittenConnection(client, server, AT).open().say('client', DIAL).close();
  const { lines } = await decode(pcap(framed(packets)));
  expect(lines[0]).toMatchObject({ from: '[fd00::21]:50123', to: '[fd00::10]:6301', message: 'Dial' });
});

test('both directions are shown for people, then the port', async () => {
  const { packets } = new WrittenConnection(TN, LISTEN, AT).open().say('client', CONFERENCE).say('server', ACK).close();
  const { stdout, stderr, code } = await runCli(['decode'], { input: pcap(framed(packets)) });
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    `2026-11-03T13:21:30.253Z  ${TN} → ${LISTEN}  Conference     Tel1: 0501234567  Tel2: 0675040279`,
    `2026-11-03T13:21:30.254Z  ${LISTEN} → ${TN}  ACK            Error: OK`,
    '  tolerated  no-space-after-colon in Message (reading 3)',
    '',
    `${LISTEN}  a column's port of the call center: Conference 1`,
  ]);
  expect(stderr).toBe('8 packets, 8 of TCP; 1 connections of the protocol, 0 others not shown\n');
  expect(code).toBe(0);
});

test('other connections are counted, not shown', async () => {
  const web = new WrittenConnection(TN, '192.168.1.10:80', AT)
    .open()
    .say('client', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    .say('server', 'HTTP/1.1 200 OK\r\nServer: b\r\n\r\n')
    .close();
  const { lines, stderr, code } = await decode(pcap(framed([...web.packets, ...dial()])));
  expect(lines.filter((line) => 'fault' in line)).toEqual([]);
  expect(stderr).toContain('1 connections of the protocol, 1 others not shown');
  expect(code).toBe(0);
});

test('a fault of the protocol is data, and the exit code is 1', async () => {
  const { packets } = new WrittenConnection(TN, LISTEN, AT).open().say('client', 'Message: Dial\r\nTel: 1\r\n\r\n').close();
  const { lines, code } = await decode(pcap(framed(packets)));
  expect(lines[0]).toMatchObject({ fault: 'invalid-field', concerns: 'Dial', from: TN });
  expect(code).toBe(1);
});

const whole = pcap(framed(dial()));
const wholeNg = pcapng(framed(dial()));
const damaged = (bytes: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(value, at);
  return copy;
};
const broken: readonly (readonly [string, Buffer, number])[] = [
  ['a file header that is cut', whole.subarray(0, 20), 20],
  ['a packet header that is cut', whole.subarray(0, 24 + 16 + 60 + 5), 100],
  ['a packet that is cut', whole.subarray(0, whole.length - 1), whole.length - 76],
  ['a packet of an impossible length', damaged(whole, 24 + 8, 0x7fffffff), 32],
  ['a block that is cut', wholeNg.subarray(0, wholeNg.length - 1), wholeNg.length - 92],
  ['a block of an impossible length', damaged(wholeNg, 28 + 4, 13), 32],
  ['a block whose lengths differ', damaged(wholeNg, 24, 32), 24],
  ['a packet of an unknown interface', damaged(wholeNg, wholeNg.length - 92 + 8, 5), wholeNg.length - 84],
  ['a packet longer than its block', damaged(wholeNg, wholeNg.length - 92 + 20, 61_000), wholeNg.length - 92 + 28],
];

test.each(broken)('%s is an error with the offset of the byte', async (_name, capture, offset) => {
  const { stderr, code } = await decode(capture);
  expect(stderr).toContain(`taxinav: The capture is broken at byte ${offset}: `);
  expect(code).toBe(1);
});

test('what stands before the broken place is shown', async () => {
  const { lines, code } = await decode(whole.subarray(0, whole.length - 1));
  expect(lines[0]).toMatchObject({ message: 'Dial' });
  expect(lines.at(-1)).toMatchObject({ port: LISTEN });
  expect(code).toBe(1);
});

test('a link type that is not read is said', async () => {
  const { stderr, code } = await decode(pcap(dial(), { linkType: 189 }));
  expect(stderr).toContain('taxinav: The capture is of link type 189, which is not read; Ethernet, Linux cooked, raw IP and loopback are.');
  expect(code).toBe(1);
});

test('fragments are passed over, and it is said', async () => {
  const fragment = { at: AT, bytes: ipPacket(TN, LISTEN, 6, Buffer.alloc(40), 0x2000) };
  const udp = { at: AT, bytes: ipPacket(TN, LISTEN, 17, Buffer.alloc(40)) };
  const { lines, stderr } = await decode(pcap(framed([fragment, udp, ...dial()])));
  expect(lines[0]).toMatchObject({ message: 'Dial' });
  expect(stderr).toContain('1 IP fragments were passed over');
});

test('a capture is read from a file of any name, and one without messages has none', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('traffic.txt'), whole);
  expect((await runCli(['decode', '--json', folder.file('traffic.txt')])).stdout).toContain('"message":"Dial"');
  expect(await decode(pcap([]))).toMatchObject({ stdout: '', code: 0 });
});

test('--mask masks the phone numbers of a capture', async () => {
  const { stdout } = await decode(whole, '--mask');
  expect(stdout).toContain('067***0279');
  expect(stdout).not.toContain('675040279');
});

test('a damaged capture is read or refused, whatever is damaged', async () => {
  const seed = Date.now() % 2 ** 31;
  let state = seed;
  const below = (limit: number): number => (state = (Math.imul(state, 48_271) >>> 0) % 0x7fffffff) % limit;
  const connections = new WrittenConnection(TN, LISTEN, AT).open().say('client', CONFERENCE).say('server', ACK).close();
  const originals = [
    pcap(framed(connections.packets, [7])),
    pcapng(framed(connections.packets)),
    pcap(connections.packets, { linkType: 101 }),
  ];
  for (let times = 0; times < 1500; times++) {
    const original = originals[times % originals.length] ?? whole;
    const copy = Buffer.from(below(4) === 0 ? original.subarray(0, below(original.length)) : original);
    for (let changes = below(4); changes >= 0; changes--) copy[below(copy.length + 1)] = below(3) === 0 ? 0xff : below(256);
    const { code } = await decodeHere(copy, times % 2 === 0 ? ['--json'] : []);
    expect([0, 1], `seed ${seed}, ${copy.toString('hex')}`).toContain(code);
  }
});
