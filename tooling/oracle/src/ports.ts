import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, so that none of those takes the port while its owner is away. */
const LOWEST = 12_000;
const BEYOND = 30_000;
const TRIES = 50;

/** A port on loopback that is free now and stays so while nobody else chooses it: for listeners that come back to the same port. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
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
  throw new Error(`no free port between ${LOWEST} and ${BEYOND} in ${TRIES} tries`);
}
