import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { CliError } from '../cli-error.ts';
import { formatHostPort } from '../host-port.ts';
import { BlockReader, type WireBlock } from './wire-block.ts';

/** How a port of the judge's answers one block. */
export interface JudgeReply {
  write(bytes: Uint8Array): void;
  reset(): void;
}

/** A port on which the judge is called. */
export interface JudgePort extends AsyncDisposable {
  readonly port: number;
}

/** Connections at a time. */
const CONNECTIONS = 512;

/**
 * Opens a port; `hear` is told every block in order. Connections end when the peer ends them.
 *
 * @throws CliError `failed` when the port cannot be opened; `option` is what chooses it.
 */
export async function openJudgePort(
  address: { readonly host: string; readonly port: number },
  option: string,
  hear: (block: WireBlock, reply: JudgeReply) => void,
): Promise<JudgePort> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    const reader = new BlockReader();
    const reply: JudgeReply = {
      write: (bytes) => void socket.write(bytes),
      reset: () => void socket.resetAndDestroy(),
    };
    const tell = (blocks: readonly WireBlock[]): void => {
      for (const block of blocks) if (!socket.destroyed) hear(block, reply);
    };
    socket.on('data', (bytes: Buffer) => tell(reader.push(bytes)));
    socket.on('end', () => {
      tell(reader.end());
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.maxConnections = CONNECTIONS;
  server.listen({ ...address, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use by another program: stop that program' : `cannot be opened (${message}): choose another`;
    throw new CliError('failed', `${option} ${formatHostPort(address)} ${why}, or give ${option} HOST:PORT and set it in the peer too.`, {
      cause: error,
    });
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
