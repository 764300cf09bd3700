import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '@taxinav/transport';
import { CpuTimer } from '../measure/cpu-timer.ts';
import type { Subject } from '../measure/subject.ts';

/** Whose ports are opened. */
export const PORT_OWNERS = ['taxinav listen', 'bare net'] as const;

/** What opening ports took. */
export interface Opened {
  /** Processor time, ms. */
  readonly ms: number;
  /** Bytes more in memory than before. */
  readonly bytes: number;
}

const HOST = '127.0.0.1';
const MANY = 20_000;

/** The process of one owner of ports; to be started with `--expose-gc`. */
export async function start(argument: unknown): Promise<Subject> {
  const seen = { connections: 0 };
  const kept: unknown[] = [];
  const openOne = argument === 'taxinav listen' ? openListener : openServer;
  // Once, so that the code is loaded before anything is counted.
  const port = await openOne();
  await collect();

  async function openListener(): Promise<number> {
    const options = {
      host: HOST,
      port: 0,
      connections: MANY,
      connectionsPerAddress: MANY,
      onEvent: ({ event }: { readonly event: string }) => {
        if (event === 'connected') seen.connections += 1;
      },
    };
    const listener = await listen(options, () => Promise.resolve(undefined));
    kept.push(listener);
    return listener.port;
  }

  function openServer(): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => {
      seen.connections += 1;
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
    });
    kept.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: HOST, port: 0 }, () => {
        const bound = server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
      });
    });
  }

  return {
    port: () => port,
    /** Opens ports and tells what they took. */
    async open(count): Promise<Opened> {
      const before = await collect();
      const timer = new CpuTimer();
      await Promise.all(Array.from({ length: count as number }, openOne));
      const ms = timer.ms();
      return { ms, bytes: (await collect()) - before };
    },
    /** Bytes in memory once so many connections have been accepted and nothing moves any more. */
    async connected(wanted) {
      const count = wanted as number;
      while (seen.connections < count) await sleep(10);
      await sleep(200);
      return await collect();
    },
    rss: () => collect(),
  };
}

/** Resident bytes after everything that can be freed was. */
async function collect(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(20);
  }
  return process.memoryUsage.rss();
}
