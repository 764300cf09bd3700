import { setImmediate as turn } from 'node:timers/promises';
import type { Ack, Fault, Message } from '@taxinav/codec';
import { connectPeer } from '@taxinav/testkit';
import { listen, type Peer, type RawFrame } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, ACK_OK_COMPACT, CONFERENCE, Counter, dial, DIAL, EventLog, OK, serialOf } from './samples.ts';

const LOCAL = { host: '127.0.0.1', port: 0 } as const;
const answerOk = async (): Promise<Ack> => OK;

/** A handler whose answers a test gives by hand, in any order. */
function byHand(): {
  handed: number[];
  handing: Counter;
  handler: (received: Message | Fault) => Promise<Ack | undefined>;
  answer: (serial: number, error?: string) => void;
} {
  const open = new Map<number, (ack: Ack | undefined) => void>();
  const handed: number[] = [];
  const handing = new Counter();
  return {
    handed,
    handing,
    handler: (received) =>
      new Promise((resolve) => {
        const serial = serialOf(received);
        handed.push(serial);
        open.set(serial, resolve);
        handing.add();
      }),
    answer: (serial, error) => open.get(serial)?.(error === undefined ? undefined : { message: 'ACK', error }),
  };
}

test('[TN-22, reading 24] a Conference is answered on its connection, compact', async () => {
  await using listener = await listen(LOCAL, answerOk);
  await using client = await connectPeer(listener.port);
  await client.write(CONFERENCE);
  expect(await client.receives('\r\n\r\n')).toBe(ACK_OK_COMPACT);
});

test('[TN-8] everything else is answered spaced, unless the owner chooses', async () => {
  await using listener = await listen(LOCAL, answerOk);
  await using client = await connectPeer(listener.port);
  await client.write(DIAL);
  expect(await client.receives('\r\n\r\n')).toBe(ACK_OK);
  await using other = await listen({ ...LOCAL, ackStyle: () => 'compact' }, answerOk);
  await using second = await connectPeer(other.port);
  await second.write(DIAL);
  expect(await second.receives('\r\n\r\n')).toBe(ACK_OK_COMPACT);
});

test('an unreadable Conference is answered in the Conference’s own style', async () => {
  await using listener = await listen(LOCAL, async (received) => ({
    message: 'ACK',
    error: 'fault' in received ? received.fault : 'none',
  }));
  await using client = await connectPeer(listener.port);
  await client.write('Message: Conference\r\nTel1: 0501234567\r\n\r\n');
  expect(await client.receives('\r\n\r\n')).toBe('Message:ACK\r\nError:missing-field\r\n\r\n');
});

test('no answer is written where the handler gives none', async () => {
  await using listener = await listen(LOCAL, async (received) => (serialOf(received) === 2 ? OK : undefined));
  await using client = await connectPeer(listener.port);
  client.socket.end(dial(1) + dial(2) + dial(3));
  expect(await client.ended()).toBe(ACK_OK);
});

test('the handler learns who speaks: address, ports, and a serial number of the connection', async () => {
  const peers: Peer[] = [];
  await using listener = await listen(LOCAL, async (_received, peer) => {
    peers.push(peer);
    return OK;
  });
  for (const connection of [1, 2]) {
    await using client = await connectPeer(listener.port);
    await client.write(DIAL);
    await client.receives(ACK_OK);
    expect(peers.at(-1)).toEqual({ address: '127.0.0.1', port: client.socket.localPort, localPort: listener.port, connection });
  }
});

test('[reading 9] several messages in one packet are handed out in order', async () => {
  const serials: number[] = [];
  await using listener = await listen(LOCAL, async (received) => {
    serials.push(serialOf(received));
    return OK;
  });
  await using client = await connectPeer(listener.port);
  client.socket.end([1, 2, 3, 4, 5].map(dial).join(''));
  expect(await client.ended()).toBe(ACK_OK.repeat(5));
  expect(serials).toEqual([1, 2, 3, 4, 5]);
});

test('[reading 9] a message sent byte by byte is one message', async () => {
  const serials: number[] = [];
  await using listener = await listen(LOCAL, async (received) => {
    serials.push(serialOf(received));
    return OK;
  });
  await using client = await connectPeer(listener.port);
  for (const byte of Buffer.from(dial(7) + dial(8))) await client.write(Uint8Array.of(byte));
  await client.receives(ACK_OK.repeat(2));
  expect(serials).toEqual([7, 8]);
});

test('answers leave in the order of the requests, whatever the order in which they are ready', async () => {
  const hand = byHand();
  await using listener = await listen(LOCAL, hand.handler);
  await using client = await connectPeer(listener.port);
  await client.write([1, 2, 3, 4].map(dial).join(''));
  await hand.handing.reaches(4);
  for (const serial of [4, 2, 3]) hand.answer(serial, `error ${serial}`);
  await turn();
  expect(client.text).toBe('');
  hand.answer(1, 'error 1');
  await client.receives('error 4');
  expect(client.text.match(/error \d/g)).toEqual(['error 1', 'error 2', 'error 3', 'error 4']);
});

test('at the limit of unanswered messages reading pauses, and goes on with the first answer', async () => {
  const hand = byHand();
  let bytesIn = 0;
  const tap = (frame: RawFrame): void => {
    if (frame.direction === 'in') bytesIn += frame.bytes.length;
  };
  await using listener = await listen({ ...LOCAL, tap }, hand.handler);
  await using client = await connectPeer(listener.port);
  const all = Array.from({ length: 8_000 }, (_, serial) => dial(serial)).join('');
  let written = false;
  void client.write(all).then(() => (written = true));
  await hand.handing.reaches(64);
  // What could be read in many turns of the event loop has been read.
  for (let round = 0; round < 20; round += 1) await turn();
  expect(hand.handed).toHaveLength(64);
  expect(bytesIn).toBeLessThan(all.length / 2);
  hand.answer(5, 'OK');
  await turn();
  expect(hand.handed).toHaveLength(64);
  hand.answer(0, 'OK');
  await hand.handing.reaches(65);
  for (let serial = 1; serial < 8_000; serial += 1) {
    await hand.handing.reaches(serial + 1);
    hand.answer(serial, 'OK');
  }
  await client.receives(ACK_OK.repeat(8_000));
  expect(written).toBe(true);
  expect(hand.handed).toEqual(Array.from({ length: 8_000 }, (_, serial) => serial));
});

test('the limit of unanswered messages is an option', async () => {
  const hand = byHand();
  await using listener = await listen({ ...LOCAL, unanswered: 1 }, hand.handler);
  await using client = await connectPeer(listener.port);
  client.socket.end([1, 2, 3].map(dial).join(''));
  for (const serial of [1, 2, 3]) {
    await hand.handing.reaches(serial);
    await turn();
    expect(hand.handed).toHaveLength(serial);
    hand.answer(serial, 'OK');
  }
  expect(await client.ended()).toBe(ACK_OK.repeat(3));
});

test('a peer that half-closes after its message still gets its answer, then our end', async () => {
  const hand = byHand();
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, hand.handler);
  await using client = await connectPeer(listener.port);
  client.socket.end(dial(1));
  await hand.handing.reaches(1);
  for (let round = 0; round < 10; round += 1) await turn();
  hand.answer(1, 'OK');
  expect(await client.ended()).toBe(ACK_OK);
  expect((await log.next('disconnected')).reason).toBe('peer-ended');
  expect(listener.connections).toBe(0);
});

test('[reading 11] the end of the connection stands for the empty line', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, answerOk);
  await using client = await connectPeer(listener.port);
  client.socket.end('Message: Dial\r\nTel: 0675040279');
  expect(await client.ended()).toBe(ACK_OK);
  expect(log.of('diagnostic').map(({ diagnostic }) => diagnostic.code)).toContain('end-for-blank-line');
});

test('[reading 27] a fault is handed to the handler, and the connection goes on', async () => {
  const seen: string[] = [];
  await using listener = await listen(LOCAL, async (received) => {
    seen.push('fault' in received ? received.fault : received.message);
    return 'fault' in received ? { message: 'ACK', error: received.fault } : OK;
  });
  await using client = await connectPeer(listener.port);
  client.socket.end(`Message: Dial\r\n\r\n${DIAL}`);
  expect(await client.ended()).toBe(`Message: ACK\r\nError: missing-field\r\n\r\n${ACK_OK}`);
  expect(seen).toEqual(['missing-field', 'Dial']);
});

test('a handler that rejects or throws is an event; nothing is answered, and the connection lives on', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, (received) => {
    if (serialOf(received) === 1) return Promise.reject(new Error('rejected'));
    if (serialOf(received) === 2) throw new Error('thrown');
    return Promise.resolve(OK);
  });
  await using client = await connectPeer(listener.port);
  await client.write([1, 2, 3].map(dial).join(''));
  expect(await client.receives(ACK_OK)).toBe(ACK_OK);
  expect(
    log
      .of('handler-failed')
      .map(({ error }) => (error as Error).message)
      .toSorted(),
  ).toEqual(['rejected', 'thrown']);
});

test('an answer that cannot be written is an event like a failed handler', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, async (received) =>
    serialOf(received) === 1 ? { message: 'ACK', error: 'two\r\nlines' } : OK,
  );
  await using client = await connectPeer(listener.port);
  await client.write(dial(1) + dial(2));
  expect(await client.receives('\r\n\r\n')).toBe(ACK_OK);
  expect(log.of('handler-failed')).toHaveLength(1);
});

test('each tolerance is an event with its reading', async () => {
  const log = new EventLog();
  await using listener = await listen({ ...LOCAL, onEvent: log.onEvent }, answerOk);
  await using client = await connectPeer(listener.port);
  await client.write('message: Dial\r\nTel:0675040279\r\n\r\n');
  await client.receives(ACK_OK);
  const { connection } = log.of('connected')[0]?.peer ?? {};
  expect(log.of('diagnostic').map(({ peer, diagnostic }) => [peer.connection, diagnostic.code, diagnostic.reading])).toEqual([
    [connection, 'no-space-after-colon', 3],
    [connection, 'name-case', 6],
  ]);
});

test('the encoding is an option', async () => {
  const texts: unknown[] = [];
  await using listener = await listen({ ...LOCAL, encoding: 'cp866' }, async (received) => {
    texts.push('message' in received && received.message === 'SayText' ? received.textToSay : received);
    return OK;
  });
  await using client = await connectPeer(listener.port);
  await client.write(
    Buffer.from(
      'Message: SayText\r\nNumberToCall: 0930100128\r\nTextToSay: \x8c\xa0\xe8\xa8\xad\xa0\r\nGuid: 6F9619FF-8B86-D011-B42D-00CF4FC964FF\r\n\r\n',
      'latin1',
    ),
  );
  await client.receives(ACK_OK);
  expect(texts).toEqual(['Машина']);
});

test('a tap sees copies of the bytes both ways, with peer and time', async () => {
  const frames: RawFrame[] = [];
  await using listener = await listen({ ...LOCAL, tap: (frame) => frames.push(frame) }, answerOk);
  await using client = await connectPeer(listener.port);
  await client.write(DIAL);
  await client.receives(ACK_OK);
  expect(frames.map(({ direction, bytes }) => [direction, Buffer.from(bytes).toString()])).toEqual([
    ['in', DIAL],
    ['out', ACK_OK],
  ]);
  expect(
    frames.every(
      ({ peer, at, bytes }) => peer.connection === 1 && Math.abs(at - Date.now()) < 10_000 && bytes.buffer.byteLength === bytes.length,
    ),
  ).toBe(true);
});
