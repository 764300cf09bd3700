import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import {
  closedPort,
  closesUnread,
  connectPeer,
  neverCloses,
  neverReads,
  resetsAtFirstByte,
  startDeafPort,
  startHalfOpenProxy,
  startPeer,
} from '@taxinav/testkit';
import { listen, send, type RawFrame, type SendOptions } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, CALL, CONFERENCE_MESSAGE, GUID, OK, PHONE } from './samples.ts';

const linux = process.platform === 'linux';
const CALL_BYTES = 'Message: Call\r\nCallerID: 0675040279\r\nCarType: Universal\r\n\r\n';
const to = (port: number, more: Partial<SendOptions> = {}): SendOptions => ({ host: '127.0.0.1', port, ...more });

/** Answers with `text` at the first byte, and ends when the other side has. */
function answers(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => socket.write(text));
    socket.on('end', () => socket.end());
    socket.resume();
  };
}

/** Reads to the other side's end, then says `text` and ends. */
function answersAtEnd(text: string): (socket: Socket) => void {
  return (socket) => {
    socket.on('end', () => socket.end(text));
    socket.resume();
  };
}

test('[TN-22, reading 34] ACK with OK: acknowledged, with the answer', async () => {
  await using peer = await startPeer(answers(ACK_OK));
  const delivery = await send(to(peer.port), CALL);
  expect(delivery).toMatchObject({ evidence: 'acknowledged', ack: { message: 'ACK', error: 'OK' } });
  expect(delivery.elapsedMs).toBeGreaterThan(0);
});

test.each(['Message:ACK\r\nError:OK\r\n\r\n', 'Message: ACK  \r\nError: OK  \r\n \r\n', 'message:ack\nerror:ok\n\n'])(
  '[TN-8, reading 3, reading 6] %j is such an answer',
  async (text) => {
    await using peer = await startPeer(answers(text));
    expect((await send(to(peer.port), CONFERENCE_MESSAGE)).evidence).toBe('acknowledged');
  },
);

test('[reading 11] an ACK without its empty line counts at the end of the connection', async () => {
  await using peer = await startPeer(answersAtEnd('Message:ACK\r\nError:OK'));
  expect((await send(to(peer.port), CALL)).evidence).toBe('acknowledged');
});

test('[TN-22] the answer is awaited although our own side is already closed', async () => {
  await using peer = await startPeer(answersAtEnd(ACK_OK));
  expect((await send(to(peer.port), CALL)).evidence).toBe('acknowledged');
});

test('ACK with another Error: refused, with the answer', async () => {
  await using peer = await startPeer(answers('Message: ACK\r\nError: no such car\r\n\r\n'));
  expect(await send(to(peer.port), CALL)).toMatchObject({ evidence: 'refused', ack: { error: 'no such car' } });
});

test('the message is written whole, then our end', async () => {
  let received = '';
  await using peer = await startPeer((socket) => {
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('end', () => socket.end(ACK_OK));
    socket.resume();
  });
  await send(to(peer.port), CALL);
  expect(received).toBe(CALL_BYTES);
});

test('an orderly end after our end, without an answer: taken', async () => {
  await using peer = await startPeer(answersAtEnd(''));
  expect((await send(to(peer.port), CALL)).evidence).toBe('taken');
});

test('a peer that reads the message and closes before it has seen our end has taken it, too', async () => {
  await using peer = await startPeer((socket) => {
    socket.once('data', () => socket.end());
    socket.resume();
  });
  expect((await send(to(peer.port), CALL)).evidence).toBe('taken');
});

test('other messages and faults before the end are no answer; they are counted', async () => {
  await using peer = await startPeer(answersAtEnd('Message: Dial\r\nTel: 0675040279\r\n\r\nMessage: Dial\r\n\r\nMessage: Hello\r\n\r\n'));
  const delivery = await send(to(peer.port), CALL);
  expect(delivery.evidence).toBe('taken');
  expect(delivery.reason).toContain('3 other messages');
});

test('other messages before the ACK do not hide it', async () => {
  await using peer = await startPeer(answers(`Message: Hello\r\n\r\n${ACK_OK}`));
  const delivery = await send(to(peer.port), CALL);
  expect(delivery.evidence).toBe('acknowledged');
  expect(delivery.reason).toContain('1 other message came');
});

test.runIf(linux)('a peer that closes without reading has not taken it, whichever comes first, its end or our bytes', async () => {
  await using atOnce = await startPeer(closesUnread);
  await using afterArrival = await startPeer((socket) => setImmediate(() => setImmediate(() => socket.destroy())));
  for (let round = 0; round < 20; round += 1) {
    for (const peer of [atOnce, afterArrival]) {
      const { evidence, reason } = await send(to(peer.port), CALL);
      expect([evidence, reason]).toEqual([expect.stringMatching(/^(inDoubt|notSent)$/), expect.any(String)]);
    }
  }
});

test.runIf(linux)('a reset that hides behind bytes and an end is still in doubt', async () => {
  await using peer = await startPeer((socket) => {
    socket.once('data', () => socket.write('Message: Hello\r\n\r\n', () => socket.resetAndDestroy()));
    socket.resume();
  });
  for (let round = 0; round < 10; round += 1) expect((await send(to(peer.port), CALL)).evidence).toBe('inDoubt');
});

test.runIf(linux)('silence, but the peer’s system took every byte and our end: unconfirmed', async () => {
  await using silent = await startPeer(neverCloses);
  await using unread = await startPeer(neverReads);
  for (const peer of [silent, unread]) {
    expect((await send(to(peer.port, { waitMs: 300 }), CALL)).evidence).toBe('unconfirmed');
  }
});

test.runIf(linux)('silence is judged from our end on, however late a long way or a busy machine makes it', async () => {
  await using silent = await startPeer(neverCloses);
  expect((await send(to(silent.port, { waitMs: 300, halfCloseAfterMs: 600 }), CALL)).evidence).toBe('unconfirmed');
});

test.runIf(linux)('the state of the connection is found on IPv6 and on IPv4 mapped into it', async () => {
  for (const host of ['::1', '::ffff:127.0.0.1']) {
    await using silent = await startPeer(neverCloses, host);
    expect((await send({ host, port: silent.port, waitMs: 300 }, CALL)).evidence).toBe('unconfirmed');
    await using orderly = await startPeer(answersAtEnd(''), host);
    expect((await send({ host, port: orderly.port }, CALL)).evidence).toBe('taken');
  }
});

test('a reset after the first byte: in doubt, with the system’s code', async () => {
  await using peer = await startPeer(resetsAtFirstByte);
  expect(await send(to(peer.port), CALL)).toMatchObject({ evidence: 'inDoubt', cause: 'ECONNRESET' });
});

test('silence without our end, as when a connection is to be kept: in doubt', async () => {
  await using peer = await startPeer(neverCloses);
  expect((await send(to(peer.port, { waitMs: 30, after: 'keep' }), CALL)).evidence).toBe('inDoubt');
});

test('an ACK that cannot be read: in doubt at once', async () => {
  await using peer = await startPeer(answers('Message: ACK\r\n\r\n'));
  const delivery = await send(to(peer.port, { waitMs: 60_000 }), CALL);
  expect(delivery.evidence).toBe('inDoubt');
  expect(delivery.reason).toContain('ACK');
});

test('an answer beyond the caps: in doubt at once, however long it goes on', async () => {
  await using peer = await startPeer((socket) => {
    const talk = (): void => {
      socket.write('x'.repeat(10_000), () => setImmediate(talk));
    };
    talk();
  });
  const delivery = await send(to(peer.port, { waitMs: 60_000, limits: { messageBytes: 1_000, lineBytes: 1_000 } }), CALL);
  expect(delivery.evidence).toBe('inDoubt');
  expect(delivery.reason).toContain('cap');
});

test('a peer that talks on without an answer is left when the time is over', async () => {
  await using peer = await startPeer((socket) => {
    socket.resume();
    const talk = (): void => {
      socket.write('Message: Hello\r\n\r\n', () => setImmediate(talk));
    };
    talk();
  });
  const delivery = await send(to(peer.port, { waitMs: 50 }), CALL);
  expect(['inDoubt', 'unconfirmed']).toContain(delivery.evidence);
  expect(delivery.reason).toMatch(/\d+ other messages came/);
});

test('nobody listens: not sent', async () => {
  expect(await send(to(await closedPort()), CALL)).toMatchObject({ evidence: 'notSent', cause: 'ECONNREFUSED' });
});

test('a host that is not known: not sent', async () => {
  const delivery = await send({ host: 'no-such-host.invalid', port: 6001 }, CALL);
  expect(delivery).toMatchObject({ evidence: 'notSent', cause: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string });
});

test.runIf(linux)('a port that accepts nobody: not sent, when the time to connect is over', async () => {
  await using deaf = await startDeafPort();
  const delivery = await send(to(deaf.port, { connectMs: 50 }), CALL);
  expect(delivery).toMatchObject({ evidence: 'notSent', cause: 'ETIMEDOUT' });
  expect(delivery.elapsedMs).toBeGreaterThanOrEqual(49);
});

test('behind a line that has gone dead: in doubt or unconfirmed, never taken', async () => {
  await using listener = await listen({ host: '127.0.0.1', port: 0 }, async () => OK);
  await using proxy = await startHalfOpenProxy(listener.port);
  expect((await send(to(proxy.port), CALL)).evidence).toBe('acknowledged');
  proxy.silence();
  expect(['inDoubt', 'unconfirmed']).toContain((await send(to(proxy.port, { waitMs: 50 }), CALL)).evidence);
});

test('aborted before it began, or while connecting: not sent, with the reason', async () => {
  await using peer = await startPeer(neverCloses);
  const reason = new Error('enough');
  expect(await send(to(peer.port), CALL, { signal: AbortSignal.abort(reason) })).toMatchObject({ evidence: 'notSent', cause: reason });
  expect(peer.sockets).toHaveLength(0);
  if (!linux) return;
  await using deaf = await startDeafPort();
  const stop = new AbortController();
  const sending = send(to(deaf.port), CALL, { signal: stop.signal });
  await turn();
  stop.abort(reason);
  expect(await sending).toMatchObject({ evidence: 'notSent', cause: reason });
});

test('aborted after bytes had left: in doubt, with the reason, and the connection is closed', async () => {
  await using peer = await startPeer(neverCloses);
  const stop = new AbortController();
  const sending = send(to(peer.port, { waitMs: 60_000 }), CALL, { signal: stop.signal });
  const socket = await peer.connection(0);
  await once(socket, 'end');
  const reason = new Error('enough');
  stop.abort(reason);
  expect(await sending).toMatchObject({ evidence: 'inDoubt', cause: reason });
});

test('what is in doubt is taken back: a peer that reads late, when it may have been sent again, finds a reset [reading 34]', async () => {
  await using peer = await startPeer(neverReads);
  // More than the peer's system takes while nobody reads, and less than ours keeps for it.
  const textToSay = 'я'.repeat(120_000);
  const limits = { lineBytes: 500_000, messageBytes: 500_000, textCharacters: 200_000 };
  const sending = send(to(peer.port, { waitMs: 100, limits }), {
    message: 'SayText',
    numberToCall: PHONE,
    textToSay,
    guid: GUID,
  });
  const socket = await peer.connection(0);
  expect((await sending).evidence).toBe('inDoubt');
  let read = '';
  socket.on('data', (chunk) => (read += chunk.toString('latin1')));
  const failed = once(socket, 'error');
  socket.resume();
  const [error] = (await failed) as [NodeJS.ErrnoException];
  expect([error.code, read.includes('\r\n\r\n')]).toEqual(['ECONNRESET', false]);
});

test.each(['halfClose', 'keep'] as const)(
  'what is not wanted any more after the handshake is not sent, as another may have sent it meanwhile (%s) [reading 34]',
  async (after) => {
    let bytes = 0;
    await using peer = await startPeer((socket) => {
      socket.on('data', (chunk) => (bytes += chunk.length));
      socket.on('end', () => socket.end());
      socket.resume();
    });
    let asked = 0;
    const { evidence, cause } = await send(to(peer.port, { after }), CALL, { stillWanted: () => ((asked += 1), false) });
    expect([evidence, cause, asked]).toEqual(['notSent', expect.objectContaining({ code: 'TRANSPORT_NOT_WANTED' }), 1]);
    const socket = await peer.connection(0);
    if (!socket.closed) await once(socket, 'close');
    expect(bytes).toBe(0);
  },
);

test('a tap sees what was sent and what was answered', async () => {
  await using peer = await startPeer(answers(ACK_OK));
  const frames: RawFrame[] = [];
  await send(to(peer.port, { tap: (frame) => frames.push(frame) }), CALL);
  expect(frames.map(({ direction, bytes }) => [direction, Buffer.from(bytes).toString()])).toEqual([
    ['out', CALL_BYTES],
    ['in', ACK_OK],
  ]);
  expect(frames[0]?.peer).toMatchObject({ address: '127.0.0.1', port: peer.port, connection: 1 });
});

test('encoding and style of what is sent are options', async () => {
  let received = '';
  await using peer = await startPeer((socket) => {
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('end', () => socket.end());
    socket.resume();
  });
  await send(to(peer.port, { ackStyle: 'compact' }), OK);
  expect(received).toBe('Message:ACK\r\nError:OK\r\n\r\n');
  received = '';
  await send(to(peer.port, { encoding: 'windows-1251' }), { ...OK, error: 'Нет' });
  expect(received).toBe('Message: ACK\r\nError: \xcd\xe5\xf2\r\n\r\n');
});

test('listener and sender understand each other', async () => {
  await using listener = await listen({ host: '127.0.0.1', port: 0 }, async (received) =>
    'message' in received && received.message === 'Call' ? OK : undefined,
  );
  expect((await send(to(listener.port), CALL)).evidence).toBe('acknowledged');
  expect((await send(to(listener.port), CONFERENCE_MESSAGE)).evidence).toBe('taken');
});

test('a listener that refuses the address or is full leaves no doubt of success', async () => {
  await using listener = await listen({ host: '127.0.0.1', port: 0, allow: [] }, async () => OK);
  for (let round = 0; round < 20; round += 1) {
    expect(['inDoubt', 'notSent']).toContain((await send(to(listener.port), CALL)).evidence);
  }
});

test.each([
  [{ host: '' }, 'host'],
  [{ port: 0 }, 'port'],
  [{ port: 70_000 }, 'port'],
  [{ connectMs: 0 }, 'connectMs'],
  [{ waitMs: Number.NaN }, 'waitMs'],
  [{ limits: { fields: 0 } }, 'fields'],
])('options %j are refused at once', async (wrong, name) => {
  await expect(send({ ...to(6001), ...wrong }, CALL)).rejects.toThrow(name);
});

test('a message that cannot be written is rejected by the codec, and nothing is connected', async () => {
  await using peer = await startPeer(neverCloses);
  await expect(send(to(peer.port), { message: 'ACK', error: 'two\r\nlines' })).rejects.toMatchObject({ name: 'ProtocolError' });
  expect(peer.sockets).toHaveLength(0);
});

test('nothing is left open: the peer sees our end, and the process could exit', async () => {
  await using peer = await startPeer(answers(ACK_OK));
  await send(to(peer.port), CALL);
  const [socket] = peer.sockets;
  if (socket !== undefined && !socket.closed) await once(socket, 'close');
  await using probe = await connectPeer(peer.port);
  expect(probe.socket.destroyed).toBe(false);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThan(10);
});
