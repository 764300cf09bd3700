import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP server whose manners a test chooses. */
export interface PeerServer extends AsyncDisposable {
  readonly port: number;
  /** Every connection so far, in order, also those that are closed. */
  readonly sockets: readonly Socket[];
  /** The connection number `index` (0 is the first), as soon as it is there. */
  connection(index: number): Promise<Socket>;
  /** Destroys every connection and closes the port. */
  close(): Promise<void>;
}

/**
 * Opens a port on loopback and leaves each connection to `behave`. Sockets are half-open, so a peer's FIN is not answered
 * unless `behave` does; errors of sockets are swallowed.
 */
export async function startPeer(behave: (socket: Socket) => void, host = '127.0.0.1'): Promise<PeerServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    behave(socket);
    server.emit('peer');
  });
  server.listen(0, host);
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    connection: async (index) => {
      for (;;) {
        const socket = sockets[index];
        if (socket !== undefined) return socket;
        await once(server, 'peer');
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
