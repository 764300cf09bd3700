import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setInterval as every } from 'node:timers/promises';
import { ACK_OK } from '../samples.ts';
import { startCanary, type Song } from './canary.ts';
import { startAttacker } from './orders.ts';
import type { Siege } from './siege.ts';

/** Longer than any attack that a listener would have ended. */
const MOST_MS = 2_000;

/**
 * The same attack on a `net` server that checks nothing, answers every read and keeps nothing: how long the canary waits then is what
 * Node's sockets cost by themselves, in the same event loop.
 */
export async function withstandBare({ order }: Siege, cores: string | undefined, seconds: number): Promise<Song> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(ACK_OK));
    socket.on('end', () => socket.end());
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await using attacker = await startAttacker(cores);
  await using canary = await startCanary();
  attacker.begin({ ...order, port: (server.address() as AddressInfo).port });
  // As long as the listener was attacked.
  const over = performance.now() + Math.min(seconds * 1_000, MOST_MS);
  for await (const _ of every(5)) if (performance.now() >= over) break;
  const song = await canary.stop();
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
  return song;
}
