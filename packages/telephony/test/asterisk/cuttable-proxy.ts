import { connect, type Socket } from 'node:net';
import { startPeer } from '@taxinav/testkit';

/** A way to Asterisk that can be cut: connections break at once, and no new one is made until it is mended. */
export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  cut(): void;
  mend(): void;
}

export async function startCuttableProxy(targetPort: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  };
  const peer = await startPeer((near) => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true });
    for (const socket of [near, far]) keep(socket);
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  return {
    port: peer.port,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.resetAndDestroy();
    },
    mend: () => {
      isCut = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await peer.close();
    },
  };
}
