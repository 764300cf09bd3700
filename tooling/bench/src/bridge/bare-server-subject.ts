import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { canonicalGuid, type Ack } from '@taxinav/codec';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { listen } from '@taxinav/transport';
import type { Subject } from '../measure/subject.ts';
import type { BareSayText } from './bare-worker.ts';

const ACK: Ack = { message: 'ACK', error: 'OK' };
const MANY = 20_000;
const GROUP = 500;

/**
 * The process of a server that stores the same rows in the same schema with better-sqlite3 alone: a thread, group commit, prepared statements;
 * no rules, no errors, no limits. What a store over this schema can reach here.
 */
export async function start(argument: unknown): Promise<Subject> {
  const path = join(argument as string, 'bare.db');
  await (await openSqliteStore({ path })).close();
  const worker = new Worker(new URL('./bare-worker.ts', import.meta.url), { workerData: path });
  let waiting: (readonly [BareSayText, () => void])[] = [];
  let underWay: typeof waiting = [];
  let dispatching = false;
  const dispatch = (): void => {
    if (dispatching || underWay.length > 0 || waiting.length === 0) return;
    dispatching = true;
    queueMicrotask(() => {
      dispatching = false;
      underWay = waiting.splice(0, GROUP);
      worker.postMessage(underWay.map(([sayText]) => sayText));
    });
  };
  worker.on('message', () => {
    const group = underWay;
    underWay = [];
    for (const [, resolve] of group) resolve();
    dispatch();
  });
  const accept = (sayText: BareSayText): Promise<void> =>
    new Promise((resolve) => {
      waiting.push([sayText, resolve]);
      dispatch();
    });
  const options = { host: '127.0.0.1', port: 0, connections: MANY, connectionsPerAddress: MANY };
  const listener = await listen(options, async (received, peer) => {
    if ('fault' in received || received.message !== 'SayText') throw new Error('not a SayText');
    const { guid, numberToCall: phone, textToSay: text } = received;
    await accept([Date.now(), guid, canonicalGuid(guid), phone, text, peer.address]);
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
