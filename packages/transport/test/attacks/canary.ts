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
  /** How long each one that was answered waited for it. */
  readonly latencies: readonly number[];
  /** What of it was processor time of this process: what stood in its way here, however many others want the core. */
  readonly ownLatencies: readonly number[];
}

/** Processor time of this process, ms. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Opens the column and begins to use it: a message every 5 ms, by turns on a kept connection and on one of its own. */
export async function startCanary(): Promise<Canary> {
  const listener = await listen({ host: '127.0.0.1', port: 0 }, async () => OK);
  const latencies: number[] = [];
  const ownLatencies: number[] = [];
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
    const before = spent();
    const socket = sent % 2 === 0 ? kept : await open();
    const answer = once(socket, 'data');
    socket.write(DIAL);
    const [bytes] = (await answer) as [Buffer];
    if (bytes.toString() === ACK_OK) {
      latencies.push(performance.now() - began);
      ownLatencies.push(spent() - before);
    }
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
    return { sent, latencies, ownLatencies };
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
