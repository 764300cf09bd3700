import type { Clock } from '@taxinav/transport';
import { expect, test } from 'vitest';
import pino from 'pino';
import type { Column } from '../column.ts';
import { callerPopup } from './caller-popup.ts';

test('a process that stood still beyond the 3 s of a popup drops it as late, and says so in the call log [reading 35]', async () => {
  let elapsed = 0;
  const clock: Clock = {
    now: () => elapsed,
    monotonic: () => elapsed,
    sleep: () => {
      elapsed += 10_000;
      return Promise.resolve();
    },
  };
  const configuration = { lines: {}, navigator: { host: '127.0.0.1', port: 1 }, encoding: 'auto' };
  const column = { id: 'north', configuration } as unknown as Column;
  const tried: unknown[] = [];
  const logged: unknown[] = [];
  const result = await callerPopup(
    { linkedId: '1', callerId: '0671234567', at: 0 },
    { columns: new Map(), defaultColumn: column },
    {
      clock,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
      send: ({ connectMs }) => {
        tried.push(connectMs);
        return Promise.resolve({ evidence: 'notSent', reason: 'nobody listens', elapsedMs: 0 });
      },
      tracker: {
        logCall: (line) => {
          logged.push(line);
          return Promise.resolve();
        },
        reachedInbound: () => Promise.resolve(0),
      },
    },
  );
  expect(result).toMatchObject({ outcome: 'late', reason: 'nobody listens' });
  expect(tried).toEqual([3_000]);
  expect(logged).toMatchObject([{ kind: 'Call', outcome: 'late' }]);
});
