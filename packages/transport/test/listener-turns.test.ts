import { connectPeer } from '@taxinav/testkit';
import { listen } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { DIAL } from './samples.ts';

const LONG_ANSWER = { message: 'ACK', error: 'x'.repeat(3_000) } as const;
/** As many messages as one read may bring. */
const MESSAGES = 1_500;

test('a connection whose answers fill a piece waits a turn of the event loop before the next of its messages is handed out', async () => {
  let turns = 0;
  let over = false;
  const handled: number[] = [];
  const nextTurn = (): void => {
    turns += 1;
    if (!over) setImmediate(nextTurn);
  };
  await using listener = await listen({ host: '127.0.0.1', port: 0 }, async () => {
    handled[turns] = (handled[turns] ?? 0) + 1;
    return LONG_ANSWER;
  });
  await using client = await connectPeer(listener.port);
  nextTurn();
  const answers = `Message: ACK\r\nError: ${LONG_ANSWER.error}\r\n\r\n`.repeat(MESSAGES);
  await client.write(DIAL.repeat(MESSAGES));
  await client.receives(answers);
  over = true;
  expect(handled.reduce((sum, count) => sum + count, 0)).toBe(MESSAGES);
  // A piece of 64 KiB, and what had been handed out when it was full: 64.
  expect(Math.max(...handled.filter((count) => count > 0))).toBeLessThanOrEqual(2 * (Math.ceil(65_536 / 3_000) + 64));
});
