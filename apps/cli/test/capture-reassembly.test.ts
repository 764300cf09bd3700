import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { MOST_CONNECTIONS } from '../src/capture/connections.ts';
import { Direction, MOST_WAITING_BYTES, MOST_WAITING_SEGMENTS } from '../src/capture/direction.ts';
import type { Segment } from '../src/capture/segment.ts';
import { framed, pcap, segment, WrittenConnection, type WrittenPacket } from './capture-writer.ts';
import { decodeHere } from './decode-here.ts';
import { jsonLines } from './run-cli.ts';

const AT = Date.UTC(2026, 10, 3);
const TN = '192.168.1.21:50123';
const LISTEN = '192.168.1.10:6301';
const DIAL = 'Message: Dial\r\nTel: 0675040279\r\n\r\n';
const FIRST = 'Message: Di';
const SECOND = 'al\r\nTel: 0675040279\r\n\r\n';
const OTHER = 'Message: Dial\r\nTel: 0501234567\r\n\r\n';

const written = (): WrittenConnection => new WrittenConnection(TN, LISTEN, AT);

/** Messages, faults and gaps, briefly. */
async function told(packets: readonly WrittenPacket[]): Promise<unknown[]> {
  const { stdout } = await decodeHere(pcap(framed(packets)), ['--json']);
  return jsonLines(stdout)
    .filter((line) => !('role' in line) && !('diagnostic' in line))
    .map((line) => line['tel'] ?? line['message'] ?? line['fault'] ?? `missing ${String(line['missingBytes'])}`);
}

const DIALLED = '+380675040279';
const ANOTHER = '+380501234567';

/** A packet moved to another place of the capture. */
function moved(packets: readonly WrittenPacket[], from: number, to: number): WrittenPacket[] {
  const rest = packets.toSpliced(from, 1);
  return rest.toSpliced(to, 0, ...packets.slice(from, from + 1));
}

test('segments out of order are put in order', async () => {
  const { packets } = written().open().say('client', FIRST).say('client', SECOND).say('client', OTHER).close();
  expect(await told(moved(packets, 3, 5))).toEqual([DIALLED, ANOTHER]);
  expect(await told(moved(packets, 3, 4))).toEqual([DIALLED, ANOTHER]);
});

test('data that stands after the FIN in the capture is read', async () => {
  const { packets } = written().open().say('client', DIAL).close();
  expect(await told(moved(packets, 3, 4))).toEqual([DIALLED]);
});

test('segments that are sent again are read once', async () => {
  const { packets } = written().open().say('client', FIRST).say('client', SECOND).say('client', OTHER).close();
  expect(await told(packets.flatMap((packet) => [packet, packet]))).toEqual([DIALLED, ANOTHER]);
});

test('segments that overlap are read once, the first copy of a byte counts', async () => {
  const { packets } = written().open().say('client', FIRST).close();
  const overlap = { at: AT, bytes: segment(TN, LISTEN, 1001 + 9, 0, 'A', `XX${SECOND}`) };
  expect(await told(packets.toSpliced(4, 0, overlap))).toEqual([DIALLED]);
});

test('sequence numbers go round', async () => {
  const { packets } = new WrittenConnection(TN, LISTEN, AT, { client: 0xfffffff8, server: 5 })
    .open()
    .say('client', FIRST)
    .say('client', SECOND)
    .close();
  expect(await told(moved(packets, 3, 4))).toEqual([DIALLED]);
});

test('missing bytes are said, their message is dropped, and the next one is read', async () => {
  const { packets } = written()
    .open()
    .say('client', FIRST)
    .lose('client', 'al\r\nTel: 06')
    .say('client', `75040279\r\n\r\n${OTHER}`)
    .close();
  expect(await told(packets)).toEqual(['missing 11', ANOTHER]);
});

test('after missing bytes a message that begins right there is read', async () => {
  const { packets } = written().open().say('client', DIAL).lose('client', 'x'.repeat(300)).say('client', OTHER).close();
  expect(await told(packets)).toEqual([DIALLED, 'missing 300', ANOTHER]);
});

test('what the other side has confirmed is given up a second later, not at the end', () => {
  const heard: string[] = [];
  const direction = new Direction({ bytes: (bytes) => heard.push(bytes.toString()), missing: (length) => heard.push(`missing ${length}`) });
  direction.push(part(100, 'a'));
  direction.push(part(104, 'c'));
  direction.confirmed(105, 10);
  expect(heard).toEqual(['a']);
  direction.confirmed(105, 1010);
  expect(heard).toEqual(['a', 'missing 3', 'c']);
});

test('at most so many bytes and segments wait for an earlier one', () => {
  for (const [length, most] of [
    [1000, Math.floor(MOST_WAITING_BYTES / 1000)],
    [1, MOST_WAITING_SEGMENTS],
  ] as const) {
    const missing: number[] = [];
    const direction = new Direction({ bytes: () => undefined, missing: (bytes) => missing.push(bytes) });
    direction.push(part(0, 'a'));
    const late = Array.from({ length: most + 1 }, (_, index) => part(10 + index * (length + 5), 'b'.repeat(length)));
    for (const one of late.slice(0, most)) direction.push(one);
    expect(missing).toEqual([]);
    direction.push(late.at(-1) ?? part(0, ''));
    expect(missing).toEqual([9]);
  }
});

function part(sequence: number, text: string): Segment {
  const endpoint = { host: '192.168.1.21', port: 1 };
  const payload = Buffer.from(text);
  return {
    at: 0,
    from: endpoint,
    to: endpoint,
    sequence,
    acknowledged: undefined,
    syn: false,
    fin: false,
    reset: false,
    payload,
    length: payload.length,
  };
}

test('a message that the end of the capture cuts is no fault; one that a close or a reset cuts is [reading 11, reading 29]', async () => {
  expect(await told(written().open().say('client', DIAL).say('client', FIRST).packets)).toEqual([DIALLED]);
  expect(await told(written().open().say('client', DIAL).say('client', FIRST).close().packets)).toEqual([DIALLED, 'incomplete-message']);
  expect(await told(written().open().say('client', DIAL).say('client', FIRST).reset('client').packets)).toEqual([
    DIALLED,
    'incomplete-message',
  ]);
  expect(await told(written().open().say('client', DIAL).reset('server').packets)).toEqual([DIALLED]);
});

test('a connection whose beginning is not in the capture is read from its next message on', async () => {
  const { packets } = written().open().say('client', FIRST).say('client', SECOND).say('client', OTHER).close();
  expect(await told(packets.slice(4))).toEqual([ANOTHER]);
  expect(await told(packets.slice(3))).toEqual([DIALLED, ANOTHER]);
});

test('without its beginning, the side that answers is the server', async () => {
  const { packets } = written().open().say('client', DIAL).say('server', 'Message:ACK\r\nError:OK\r\n\r\n').close();
  const { stdout } = await decodeHere(pcap(framed(packets.slice(4))), ['--json']);
  expect(jsonLines(stdout)[0]).toMatchObject({ message: 'ACK', from: LISTEN, to: TN });
  expect(jsonLines(stdout).at(-1)).toMatchObject({ port: LISTEN, closedFirst: { 'by-client': 1 } });
});

test('the same ports again are another connection', async () => {
  const again = new WrittenConnection(TN, LISTEN, AT + 60_000, { client: 77, server: 99 }).open().say('client', OTHER).close();
  const { stdout } = await decodeHere(pcap(framed([...written().open().say('client', DIAL).close().packets, ...again.packets])), [
    '--json',
  ]);
  expect(jsonLines(stdout).filter((line) => 'message' in line)).toMatchObject([
    { connection: 1, tel: DIALLED },
    { connection: 2, tel: ANOTHER },
  ]);
  expect(jsonLines(stdout).at(-1)).toMatchObject({ connections: 2 });
});

test('at most so many connections are followed at once', async () => {
  const many = Array.from({ length: MOST_CONNECTIONS + 1 }, (_, index) =>
    new WrittenConnection(`10.0.0.1:${1024 + index}`, LISTEN, AT).open().say('client', FIRST),
  );
  const [first] = many;
  const packets = many.flatMap((one) => one.packets);
  const rest = [first, many.at(-1)].flatMap((one) => one?.say('client', SECOND).packets.slice(-1) ?? []);
  // The one that was silent for longest is over: its end is not read any more.
  expect(await told([...packets, ...rest])).toEqual([DIALLED]);
});
