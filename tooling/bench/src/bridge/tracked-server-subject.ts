import { join } from 'node:path';
import type { Ack } from '@taxinav/codec';
import { createTracker, DEFAULT_POLICY } from '@taxinav/notification-tracking';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { listen } from '@taxinav/transport';
import type { Subject } from '../measure/subject.ts';

const ACK: Ack = { message: 'ACK', error: 'OK' };
const MANY = 20_000;

/** The process of a server that stores every SayText before it answers, and does nothing else. */
export async function start(argument: unknown): Promise<Subject> {
  const store = await openSqliteStore({ path: join(argument as string, 'tracked.db') });
  const policy = { ...DEFAULT_POLICY, limits: { perPeerPerMinute: 0, perCalleePerHour: 0 } };
  const tracker = createTracker(store, () => policy);
  const options = { host: '127.0.0.1', port: 0, connections: MANY, connectionsPerAddress: MANY };
  const listener = await listen(options, async (received, peer) => {
    if ('fault' in received || received.message !== 'SayText') throw new Error('not a SayText');
    const { guid, numberToCall: phone, textToSay: text } = received;
    const { outcome } = await tracker.accept({ now: Date.now(), columnId: 'north', guid, phone, text, peer: peer.address });
    if (outcome !== 'accepted') throw new Error(`the tracker says ${outcome}`);
    return ACK;
  });
  return {
    port: () => listener.port,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}
