import { setTimeout as pause } from 'node:timers/promises';
import { fail, pass, type Check } from './check.ts';
import type { PeerContext } from './peer-context.ts';
import { strict } from './sample.ts';

/** The times that a peer keeps. Source: [reading 27, reading 30]. */
export interface SlowTimes {
  /** From the first byte of a message to its last. */
  readonly messageMs: number;
  /** Silence before the first valid message. */
  readonly idleMs: number;
  /** What a peer may be late. */
  readonly graceMs: number;
}

/** The times of the readings. */
export const READING_TIMES: SlowTimes = { messageMs: 10_000, idleMs: 60_000, graceMs: 5_000 };

/** A message that takes less than its time by so much must be served. */
const WITHIN = 0.8;

/** What only time shows: each takes as long as the rule it judges, all of them side by side about as long as the longest. */
export function slowChecks(served: string, { messageMs, idleMs, graceMs }: SlowTimes = READING_TIMES): readonly Check<PeerContext>[] {
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  return [
    {
      id: 'deadline-unfinished-message',
      group: 'deadline',
      clauses: ['reading 27'],
      severity: 'should',
      title: 'A message that is never finished is given up',
      sends: 'half a message, then nothing',
      expects: `the peer ends or resets the connection within ${seconds(messageMs)}, ${seconds(graceMs)} more are granted`,
      phase: 'slow',
      limitMs: messageMs + 2 * graceMs,
      run: async (context) => {
        const connection = await context.connect();
        const message = strict(context.sample());
        await connection.write(message.subarray(0, message.length / 2));
        return (await connection.until(() => connection.over, messageMs + graceMs))
          ? pass(`the peer has ended the connection (${connection.broken ?? 'FIN'})`)
          : fail(`after ${seconds(messageMs + graceMs)} the peer still holds the connection and waits for the rest`);
      },
    },
    {
      id: 'deadline-slow-message',
      group: 'deadline',
      clauses: ['reading 9', 'reading 27'],
      severity: 'tolerance',
      title: 'A message that takes its time is served',
      sends: `half a message, and the other half ${seconds(messageMs * WITHIN)} later`,
      expects: served,
      phase: 'slow',
      limitMs: messageMs + 4 * reactionAndGrace(graceMs),
      run: async (context) => {
        const connection = await context.connect();
        const sample = context.sample();
        const message = strict(sample);
        const half = Math.floor(message.length / 2);
        await connection.write(message.subarray(0, half));
        if (await connection.until(() => connection.over, messageMs * WITHIN))
          return fail(`the peer has ended the connection before ${seconds(messageMs * WITHIN)} were over`);
        await connection.write(message.subarray(half));
        return await context.served([sample], connection);
      },
    },
    {
      id: 'deadline-silent-connection',
      group: 'deadline',
      clauses: ['reading 30'],
      severity: 'should',
      title: 'A connection that never says anything is ended',
      sends: 'nothing on a new connection',
      expects: `the peer ends or resets it within ${seconds(idleMs)}, ${seconds(graceMs)} more are granted`,
      phase: 'slow',
      limitMs: idleMs + 2 * graceMs,
      run: async (context) => {
        const connection = await context.connect();
        return (await connection.until(() => connection.over, idleMs + graceMs))
          ? pass(`the peer has ended the connection (${connection.broken ?? 'FIN'})`)
          : fail(`after ${seconds(idleMs + graceMs)} of silence the peer still holds the connection`);
      },
    },
    {
      id: 'deadline-quiet-afterwards',
      group: 'deadline',
      clauses: ['reading 30'],
      severity: 'should',
      title: 'A connection that has spoken may be quiet: its next message is served',
      sends: `a message, nothing for ${seconds(idleMs + graceMs)}, a second message`,
      expects: 'the second message is served on the same connection',
      phase: 'slow',
      limitMs: idleMs + 5 * reactionAndGrace(graceMs),
      run: async (context) => {
        const connection = await context.connect();
        const first = context.sample();
        await connection.write(strict(first));
        const served = await context.served([first], connection);
        if (served.verdict !== 'pass') return served;
        // What answers the first must not be taken for the second's.
        await pause(context.quietMs);
        connection.blocks.length = 0;
        if (await connection.until(() => connection.over, idleMs + graceMs))
          return fail(`the peer has ended the connection (${connection.broken ?? 'FIN'}): a message sent just then would be lost`);
        const second = context.sample();
        await connection.write(strict(second));
        return await context.served([second], connection);
      },
    },
  ];
}

/** A reaction has a time of its own, however short the grace is. */
function reactionAndGrace(graceMs: number): number {
  return Math.max(graceMs, 5_000);
}
