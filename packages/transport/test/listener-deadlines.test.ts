import { setImmediate as turn } from 'node:timers/promises';
import type { Ack, Fault, Message } from '@taxinav/codec';
import { connectPeer, FakeClock, type PeerClient } from '@taxinav/testkit';
import { listen, type ListenOptions, type MessageHandler, type MessageListener, type RawFrame } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { ACK_OK, Counter, DIAL, dial, EventLog, OK } from './samples.ts';

interface Setting extends AsyncDisposable {
  readonly listener: MessageListener;
  readonly client: PeerClient;
  readonly clock: FakeClock;
  readonly log: EventLog;
  /** Sends text and resolves when the listener has read it. */
  say(text: string): Promise<void>;
}

/** A listener on a clock of the test's, and a client connected to it. */
async function setting(options: Partial<ListenOptions> = {}, handler: MessageHandler = async () => OK): Promise<Setting> {
  const clock = new FakeClock();
  const log = new EventLog();
  const read = new Counter();
  let bytes = 0;
  const listener = await listen(
    {
      host: '127.0.0.1',
      port: 0,
      clock,
      onEvent: log.onEvent,
      tap: (frame) => {
        if (frame.direction === 'in') for (let byte = 0; byte < frame.bytes.length; byte += 1) read.add();
      },
      ...options,
    },
    handler,
  );
  const client = await connectPeer(listener.port);
  await log.next('connected');
  return {
    listener,
    client,
    clock,
    log,
    say: async (text) => {
      bytes += text.length;
      await client.write(text);
      await read.reaches(bytes);
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await listener.close();
    },
  };
}

test('a message has 10 seconds from its first byte to its last, however many bytes come in between', async () => {
  await using set = await setting();
  for (const part of ['Message: ', 'Dial\r\n', 'Tel: 067']) {
    await set.say(part);
    await set.clock.advance(3_333);
  }
  expect(set.listener.connections).toBe(1);
  await set.say('504');
  await set.clock.advance(1);
  expect(await set.client.ended()).toBe('');
  set.client.socket.end();
  expect((await set.log.next('disconnected')).reason).toBe('message-deadline');
});

test('the message’s deadline is an option, and ends with the message', async () => {
  await using set = await setting({ messageDeadlineMs: 50 });
  await set.say(DIAL.slice(0, 20));
  await set.clock.advance(49);
  await set.say(DIAL.slice(20));
  await set.client.receives(ACK_OK);
  await set.clock.advance(10_000);
  expect(set.listener.connections).toBe(1);
  await set.say('Message');
  await set.clock.advance(50);
  expect(await set.client.ended()).toBe(ACK_OK);
});

test('a message that begins in the packet that ends another has a deadline of its own', async () => {
  await using set = await setting({ messageDeadlineMs: 50 });
  await set.say(DIAL.slice(0, 20));
  await set.clock.advance(40);
  await set.say(DIAL.slice(20) + DIAL.slice(0, 10));
  await set.clock.advance(49);
  expect(set.listener.connections).toBe(1);
  await set.clock.advance(1);
  expect(await set.client.ended()).toBe(ACK_OK);
});

test('blank lines between messages begin no message', async () => {
  await using set = await setting({ messageDeadlineMs: 50 });
  await set.say(`${DIAL}\r\n \r\n\r\n`);
  await set.clock.advance(1_000);
  await set.say(DIAL);
  expect(await set.client.receives(ACK_OK.repeat(2))).toBe(ACK_OK.repeat(2));
});

test('while we do not read, the peer’s deadline stands still', async () => {
  const answers: ((ack: Ack) => void)[] = [];
  const handing = new Counter();
  const handler = (_received: Message | Fault): Promise<Ack> =>
    new Promise((resolve) => {
      answers.push(resolve);
      handing.add();
    });
  await using set = await setting({ messageDeadlineMs: 50, unanswered: 1 }, handler);
  const [first, rest] = [dial(2).slice(0, 20), dial(2).slice(20)];
  await set.say(dial(1) + first);
  await set.clock.advance(10_000);
  expect(set.listener.connections).toBe(1);
  await set.client.write(rest);
  answers[0]?.(OK);
  await handing.reaches(2);
  answers[1]?.(OK);
  await set.client.receives(ACK_OK.repeat(2));
  expect(set.log.of('disconnected')).toEqual([]);
});

test('a paused message keeps what was left of its deadline', async () => {
  let answer: ((ack: Ack) => void) | undefined;
  await using set = await setting({ messageDeadlineMs: 50, unanswered: 1 }, () => new Promise((resolve) => (answer = resolve)));
  await set.say(DIAL + DIAL.slice(0, 20));
  await set.clock.advance(1_000);
  answer?.(OK);
  await set.client.receives(ACK_OK);
  await turn();
  await set.clock.advance(49);
  expect(set.listener.connections).toBe(1);
  await set.clock.advance(1);
  expect(await set.client.ended()).toBe(ACK_OK);
});

test('[reading 30] silence before the first valid message ends after 60 seconds', async () => {
  await using set = await setting();
  await set.clock.advance(59_999);
  expect(set.listener.connections).toBe(1);
  await set.clock.advance(1);
  expect(await set.client.ended()).toBe('');
  set.client.socket.end();
  expect((await set.log.next('disconnected')).reason).toBe('idle');
});

test('[reading 30] a fault is no valid message: silence after it is still limited', async () => {
  await using set = await setting({ idleMs: 100 }, async () => undefined);
  await set.clock.advance(99);
  await set.say('Message: Dial\r\n\r\n');
  await set.clock.advance(99);
  expect(set.listener.connections).toBe(1);
  await set.clock.advance(1);
  expect(await set.client.ended()).toBe('');
});

test('[reading 30] a client that keeps its connection is heard at its next message, days later', async () => {
  await using set = await setting();
  await set.say(dial(1));
  await set.client.receives(ACK_OK);
  await set.clock.advance(5 * 86_400_000);
  await set.say(dial(2));
  expect(await set.client.receives(ACK_OK.repeat(2))).toBe(ACK_OK.repeat(2));
  expect(set.log.of('disconnected')).toEqual([]);
});

test('a peer that leaves its side open after our end is cut after the write deadline', async () => {
  await using set = await setting({ idleMs: 100, writeDeadlineMs: 500 });
  await set.clock.advance(100);
  await set.client.ended();
  await set.clock.advance(499);
  expect(set.listener.connections).toBe(1);
  await set.clock.advance(1);
  await set.log.next('disconnected');
  expect(set.listener.connections).toBe(0);
});

test('what comes after our end is met with a reset, so that the peer does not take it for received', async () => {
  await using set = await setting({ idleMs: 100 });
  await set.clock.advance(100);
  await set.client.ended();
  await set.client.write(DIAL);
  expect(await set.client.writesUntilBroken()).toMatch(/EPIPE|ECONNRESET/);
  expect(set.listener.connections).toBe(0);
});

test('a peer that never reads our answers is cut at the write deadline, and what waits for it is bounded', async () => {
  const handed = new Counter();
  const long: Ack = { message: 'ACK', error: 'x'.repeat(4_000) };
  let answeredBytes = 0;
  const tap = (frame: RawFrame): void => {
    if (frame.direction === 'out') answeredBytes += frame.bytes.length;
  };
  await using set = await setting({ writeDeadlineMs: 1_000, tap }, async () => {
    handed.add();
    return long;
  });
  set.client.socket.pause();
  const flood = dial(1).repeat(100);
  let flooding = true;
  const written = new Counter();
  const more = (): void => {
    if (!flooding) return;
    set.client.socket.write(flood, () => {
      written.add();
      more();
    });
  };
  more();
  // The peer's and our own system's buffers fill up; then nothing is handed out any more.
  for (let before = -1; handed.count !== before || before === 0;) {
    before = handed.count;
    for (let round = 0; round < 200; round += 1) await turn();
  }
  flooding = false;
  expect(set.listener.connections).toBe(1);
  // At most 64 answers and one piece of 64 KiB have not been given to the socket.
  const answerBytes = `Message: ACK\r\nError: ${long.error}\r\n\r\n`.length;
  expect(handed.count * answerBytes - answeredBytes).toBeLessThanOrEqual(64 * answerBytes + 65_536 + answerBytes);
  await set.clock.advance(1_000);
  expect((await set.log.next('disconnected')).reason).toBe('write-stalled');
  expect(await set.client.closed()).toBe('ECONNRESET');
});

test('after everything is closed nothing sleeps on the clock', async () => {
  const set = await setting();
  await set.say(`${DIAL}Message: D`);
  await set.client.receives(ACK_OK);
  await set[Symbol.asyncDispose]();
  expect(set.clock.sleepers).toBe(0);
});
