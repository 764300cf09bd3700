import { connect, type Socket } from 'node:net';
import { startPeer } from './peer-server.ts';

/** A proxy that can go silent as a pulled cable does: connections stay open, and nothing passes any more. */
export interface HalfOpenProxy extends AsyncDisposable {
  readonly port: number;
  /** Pairs of connections so far. */
  readonly connections: number;
  /** From now on nothing passes, either way, on present and later connections: no byte, no FIN, no reset. */
  silence(): void;
  /** What was held back passes again. */
  resume(): void;
  close(): Promise<void>;
}

/** Opens a port on loopback that passes everything on to `targetPort` on loopback. */
export async function startHalfOpenProxy(targetPort: number): Promise<HalfOpenProxy> {
  const sockets: Socket[] = [];
  let silent = false;
  const join = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => to.write(chunk));
    from.on('end', () => to.end());
    from.on('error', () => {
      if (!silent) to.resetAndDestroy();
    });
  };
  const peer = await startPeer((near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
    far.pause();
    join(near, far);
    join(far, near);
    sockets.push(near, far);
    if (!silent) for (const socket of [near, far]) socket.resume();
  });
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await peer.close();
  };
  return {
    port: peer.port,
    get connections() {
      return peer.sockets.length;
    },
    silence: () => {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      silent = false;
      for (const socket of sockets) socket.resume();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
