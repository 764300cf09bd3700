import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The cable between two programs: it can be pulled out, or go dead without a word. */
export interface Cable extends AsyncDisposable {
  readonly port: number;
  /** Its connections break at once, and no new one is made. */
  cut(): void;
  /** Connections stay open and nothing passes any more, either way: no byte, no FIN, no reset. */
  silence(): void;
  /** Connections can be made; what was held back passes. */
  mend(): void;
}

/** Lays a cable on loopback to `targetPort`. */
export async function layCable(targetPort: number): Promise<Cable> {
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const join = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      // Who has closed on a dead cable is not heard before it is mended.
      if (state !== 'silent') to.destroy();
    });
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
    // A cable does not wait for more to send: 40 ms a round trip would be its own, not the link's.
    for (const socket of [near, far]) socket.setNoDelay(true);
    far.pause();
    join(near, far);
    join(far, near);
    if (state === 'whole') for (const socket of [near, far]) socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a cable without a port');
  const breakAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    cut: () => {
      state = 'cut';
      breakAll();
    },
    silence: () => {
      state = 'silent';
      for (const socket of open) socket.pause();
    },
    mend: () => {
      state = 'whole';
      for (const socket of open) socket.resume();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      breakAll();
      await closed;
    },
  };
}
