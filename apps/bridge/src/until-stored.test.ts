import { TrackingError, type TrackingErrorCode } from '@taxinav/notification-tracking';
import { FakeClock } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { createLog } from './logging.ts';
import { untilStarted, untilStored, type StoringContext } from './until-stored.ts';

function failing(code: TrackingErrorCode): {
  clock: FakeClock;
  context: StoringContext;
  tries: () => number;
  command: () => Promise<never>;
} {
  const clock = new FakeClock();
  let tries = 0;
  return {
    clock,
    context: { clock, random: () => 0.5, log: createLog('silent'), signal: new AbortController().signal },
    tries: () => tries,
    command: () => {
      tries += 1;
      return Promise.reject(new TrackingError(code, 'not now'));
    },
  };
}

test('a start waits 30 s for a database that another bridge holds up, and fails with its word', async () => {
  const { clock, context, tries, command } = failing('TRACKING_STORE_BUSY');
  const failed = untilStarted('recover', command, context).catch((error: unknown) => error);
  await clock.advance(29_000);
  expect(tries()).toBeGreaterThan(4);
  await clock.advance(40_000);
  expect(await failed).toMatchObject({ code: 'TRACKING_STORE_BUSY' });
});

test('a start succeeds as soon as the database takes its command', async () => {
  const { clock, context, tries, command } = failing('TRACKING_STORE_BUSY');
  const started = untilStarted('recover', () => (tries() < 2 ? command() : Promise.resolve('recovered')), context);
  await clock.advance(5_000);
  expect(await started).toBe('recovered');
});

test('a start on a full disk fails at once, what a call did waits for space', async () => {
  const { clock, context, tries, command } = failing('TRACKING_STORE_FULL');
  await expect(untilStarted('recover', command, context)).rejects.toMatchObject({ code: 'TRACKING_STORE_FULL' });
  const stored = untilStored('endAttempt', () => (tries() < 9 ? command() : Promise.resolve('stored')), context);
  await clock.advance(300_000);
  expect(await stored).toBe('stored');
});

test('any other error is passed on at once', async () => {
  const { context, tries, command } = failing('TRACKING_COMMAND_INVALID');
  await expect(untilStored('endAttempt', command, context)).rejects.toMatchObject({ code: 'TRACKING_COMMAND_INVALID' });
  expect(tries()).toBe(1);
});
