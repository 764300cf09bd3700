import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** A TCP client that a test drives by hand. */
export interface PeerClient extends AsyncDisposable {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  readonly text: string;
  /** Resolves with the text as soon as it holds `part`; rejects when the connection ends without it. */
  receives(part: string): Promise<string>;
  /** Resolves with the text at the other side's FIN; rejects when the connection breaks before. */
  ended(): Promise<string>;
  /** Resolves when the socket is closed, with the code of the error that did it, if one did. */
  closed(): Promise<string | undefined>;
  /** Writes until the connection breaks, and resolves with the code of the error: a reset behind an end is seen in no other way. */
  writesUntilBroken(): Promise<string | undefined>;
  /** Writes, and resolves when the system has taken the bytes. */
  write(bytes: string | Uint8Array): Promise<void>;
}

/** Connects to a port on loopback and reads all that comes; keeps its own side open at the other's FIN. */
export async function connectPeer(port: number, options: Partial<NetConnectOpts> & { readonly host?: string } = {}): Promise<PeerClient> {
  const socket = connect({ host: '127.0.0.1', allowHalfOpen: true, noDelay: true, ...options, port });
  await once(socket, 'connect');
  let text = '';
  let error: NodeJS.ErrnoException | undefined;
  let ended = false;
  const change = new EventTarget();
  const tell = (): boolean => change.dispatchEvent(new Event('change'));
  const changed = (): Promise<unknown> => once(change, 'change');
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    tell();
  });
  socket.on('end', () => {
    ended = true;
    tell();
  });
  socket.on('error', (cause) => (error = cause));
  socket.on('close', tell);
  return {
    socket,
    get text() {
      return text;
    },
    receives: async (part) => {
      while (!text.includes(part)) {
        if (ended || socket.destroyed) {
          throw new Error(`The connection ended without ${JSON.stringify(part)}; received ${JSON.stringify(text)}`, { cause: error });
        }
        await changed();
      }
      return text;
    },
    ended: async () => {
      for (;;) {
        if (ended) return text;
        if (socket.destroyed) throw new Error(`The connection broke after ${JSON.stringify(text)}`, { cause: error });
        await changed();
      }
    },
    closed: async () => {
      while (!socket.closed) await changed();
      return error?.code;
    },
    writesUntilBroken: async () => {
      while (!socket.closed) {
        if (socket.writable) socket.write('\r\n');
        await turn();
      }
      return error?.code;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (cause) => (cause ? reject(cause) : resolve()));
      }),
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      while (!socket.closed) await changed();
    },
  };
}
