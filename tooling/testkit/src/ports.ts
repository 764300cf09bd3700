import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Below the ports that systems give to whoever asks for any, and to outgoing connections. */
const LOWEST = 10_000;
const BEYOND = 21_000;
const TRIES = 50;

/** A port on loopback on which nobody listens, and that the system gives to nobody: it stays closed until somebody chooses it. */
export async function closedPort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(LOWEST, BEYOND);
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`no closed port between ${LOWEST} and ${BEYOND} in ${TRIES} tries`);
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
