import { Buffer } from 'node:buffer';
import { decodeMessages } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { MOST_ALLOWED } from '../src/capture/column-yaml.ts';
import { Connection, MOST_HELD } from '../src/capture/connection.ts';
import { MOST_PORTS } from '../src/capture/decode-capture.ts';
import { MOST_REMEMBERED, ObservedPort } from '../src/capture/observed-port.ts';
import { MOST_PACKET_BYTES } from '../src/capture/packet.ts';
import { MOST_INTERFACES } from '../src/capture/pcapng.ts';
import { framed, pcap, pcapng, WrittenConnection, type WrittenPacket } from './capture-writer.ts';
import { decodeHere } from './decode-here.ts';
import { jsonLines } from './run-cli.ts';

const AT = Date.UTC(2026, 10, 3);
const TN = '192.168.1.21:50123';
const LISTEN = '192.168.1.10:6301';
const DIAL = 'Message: Dial\r\nTel: 0675040279\r\n\r\n';

async function told(packets: readonly WrittenPacket[]): Promise<Record<string, unknown>[]> {
  return jsonLines((await decodeHere(pcap(framed(packets)), ['--json'])).stdout);
}
const dial = (client: string, server: string): WrittenPacket[] =>
  new WrittenConnection(client, server, AT).open().say('client', DIAL).close().packets;

test('so many finds of another kind make a connection one of another protocol', async () => {
  const other = (times: number): WrittenPacket[] =>
    new WrittenConnection(TN, LISTEN, AT)
      .open()
      .say('client', `${'x\r\n\r\n'.repeat(times)}${DIAL}`)
      .close().packets;
  expect((await told(other(MOST_HELD))).filter((line) => 'message' in line)).toHaveLength(1);
  expect(await told(other(MOST_HELD + 1))).toEqual([]);
});

test('a line that is too long makes a connection that said nothing else one of another protocol', async () => {
  expect(
    await told(new WrittenConnection(TN, LISTEN, AT).open().say('client', 'x'.repeat(5000)).say('server', DIAL).close().packets),
  ).toEqual([]);
});

test('of more ports than can be observed the messages are listed', async () => {
  const lines = await told(Array.from({ length: MOST_PORTS + 1 }, (_, index) => dial(TN, `192.168.1.10:${1024 + index}`)).flat());
  expect(lines.filter((line) => 'message' in line)).toHaveLength(MOST_PORTS + 1);
  expect(lines.filter((line) => 'role' in line)).toHaveLength(MOST_PORTS);
});

test('an allow list is written for so many addresses', async () => {
  const yaml = async (hosts: number): Promise<string> =>
    (await decodeHere(pcap(framed(Array.from({ length: hosts }, (_, index) => dial(`10.0.0.${index}:50000`, LISTEN)).flat())), ['--yaml']))
      .stdout;
  expect(await yaml(MOST_ALLOWED)).toContain('    allow: [10.0.0.0, ');
  expect(await yaml(MOST_ALLOWED + 1)).not.toContain('    allow:');
});

test('so many GUIDs, hosts and answers of a port are told apart', () => {
  const port = new ObservedPort({ host: '192.168.1.10', port: 6301 });
  const first = {
    at: AT,
    from: { host: '10.0.0.1', port: 1 },
    to: port.endpoint,
    sequence: 0,
    acknowledged: undefined,
    syn: true,
    fin: false,
    reset: false,
  };
  const connection = new Connection(1, { ...first, payload: Buffer.alloc(0), length: 0 }, 'auto', () => undefined);
  const hear = (byClient: boolean, block: string): void => {
    for (const result of decodeMessages(Buffer.from(`${block}\r\n\r\n`)))
      port.hear({ connection, at: AT, byClient, what: { kind: 'found', found: { result, diagnostics: [], raw: new Uint8Array() } } });
  };
  for (let index = 0; index <= MOST_REMEMBERED; index++) {
    const guid = `6F9619FF-8B86-D011-B42D-${String(index).padStart(12, '0')}`;
    hear(true, `Message: SayText\r\nNumberToCall: 0930100128\r\nTextToSay: a\r\nGuid: ${guid}`);
    hear(false, `Message: ACK\r\nError: ${index}`);
  }
  expect(port.client.messages.get('SayText')).toBe(MOST_REMEMBERED + 1);
  expect(port.guids.size).toBe(MOST_REMEMBERED);
  expect(port.answers.size).toBe(MOST_REMEMBERED);
});

test('a section has so many interfaces', async () => {
  const bytes = pcapng([]);
  const [section, description] = [bytes.subarray(0, 28), bytes.subarray(28, bytes.length - 24)];
  const capture = (interfaces: number): Buffer => Buffer.concat([section, ...Array.from({ length: interfaces }, () => description)]);
  expect(await decodeHere(capture(MOST_INTERFACES))).toMatchObject({ code: 0 });
  expect((await decodeHere(capture(MOST_INTERFACES + 1))).stderr).toContain(`more than ${MOST_INTERFACES} interfaces`);
});

test('a packet has so many bytes', async () => {
  const header = pcap([]);
  const packet = Buffer.alloc(16);
  packet.writeUInt32LE(MOST_PACKET_BYTES + 1, 8);
  expect((await decodeHere(Buffer.concat([header, packet]))).stderr).toContain(
    `a packet of ${MOST_PACKET_BYTES + 1} bytes; expected at most`,
  );
});
