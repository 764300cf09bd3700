import type { Ack } from '@taxinav/codec';
import { listen } from '@taxinav/transport';
import type { Subject } from '../measure/subject.ts';
import { nowMs } from './now.ts';

const ACK: Ack = { message: 'ACK', error: 'OK' };
const MANY = 1_000;

/** The process of a Taxi Navigator that takes every status and remembers when each GUID's first one came. */
export async function start(): Promise<Subject> {
  const first = new Map<string, number>();
  const options = { host: '127.0.0.1', port: 0, connections: MANY, connectionsPerAddress: MANY };
  const listener = await listen(options, (received) => {
    const at = nowMs();
    if (!('fault' in received) && received.message === 'SayTextStatus' && !first.has(received.guid)) first.set(received.guid, at);
    return Promise.resolve(ACK);
  });
  return {
    port: () => listener.port,
    /** How many GUIDs have a status. */
    count: () => first.size,
    /** When the first status of each GUID came; null: not yet. */
    firstStatuses: (guids) => (guids as string[]).map((guid) => first.get(guid) ?? null),
  };
}
