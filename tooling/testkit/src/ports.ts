import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { startPeer } from './peer-server.ts';

/** A port on loopback on which nobody listens; the system gives it to nobody else for a while, but promises nothing. */
export async function closedPort(): Promise<number> {
  const peer = await startPeer(() => undefined);
  await peer.close();
  return peer.port;
}

/** A port that never completes a handshake, as one behind a firewall that drops packets. */
export interface DeafPort extends AsyncDisposable {
  readonly port: number;
}

/** Listens in a thread that then stands still, and fills the queue of connections: a further one hangs (Linux). */
export async function startDeafPort(): Promise<DeafPort> {
  const gate = new SharedArrayBuffer(4);
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => { Atomics.wait(new Int32Array(workerData), 0, 0); process.exit(); });
     });`,
    { eval: true, workerData: gate },
  );
  const [port] = (await once(worker, 'message')) as [number];
  // The system queues one more than the backlog says.
  const fillers = [1, 2].map(() => connect({ port, host: '127.0.0.1' }).on('error', () => undefined));
  await Promise.all(fillers.map((socket) => once(socket, 'connect')));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of fillers) socket.destroy();
      Atomics.store(new Int32Array(gate), 0, 1);
      Atomics.notify(new Int32Array(gate), 0);
      await worker.terminate();
    },
  };
}
