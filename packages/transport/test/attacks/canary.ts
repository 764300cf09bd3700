import { once } from 'node:events';
import { connect } from 'node:net';
import { setInterval as every } from 'node:timers/promises';
import { listen } from '@taxinav/transport';
import { ACK_OK, DIAL, OK } from '../samples.ts';

/** A column of its own in the same process, which somebody uses in good order while another one is attacked. */
export interface Canary extends AsyncDisposable {
  /** Stops it and tells what became of its messages; times in milliseconds. */
  stop(): Promise<Song>;
}

/** What became of the messages. */
export interface Song {
  readonly sent: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Opens the column and begins to use it: a message every 5 ms, by turns on a kept connection and on one of its own. */
export async function startCanary(): Promise<Canary> {
  const listener = await listen({ host: '127.0.0.1', port: 0 }, async () => OK);
  const latencies: number[] = [];
  let sent = 0;
  let stopped = false;
  const open = async (): Promise<ReturnType<typeof connect>> => {
    const socket = connect({ host: '127.0.0.1', port: listener.port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  };
  const kept = await open();
  const say = async (): Promise<void> => {
    sent += 1;
    const began = performance.now();
    const socket = sent % 2 === 0 ? kept : await open();
    const answer = once(socket, 'data');
    socket.write(DIAL);
    const [bytes] = (await answer) as [Buffer];
    if (bytes.toString() === ACK_OK) latencies.push(performance.now() - began);
    if (socket !== kept) socket.destroy();
  };
  const singing = (async () => {
    for await (const _ of every(5)) {
      if (stopped) break;
      await say();
    }
  })();
  const stop = async (): Promise<Song> => {
    stopped = true;
    await singing;
    kept.destroy();
    await listener.close();
    const sorted = latencies.toSorted((one, other) => one - other);
    return { sent, answered: sorted.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), longestMs: quantile(sorted, 1) };
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
