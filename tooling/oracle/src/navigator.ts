import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Journal, type JournalOptions } from './journal.ts';
import { BlockReader, writeBlock } from './wire.ts';

/**
 * How the Taxi Navigator treats a connection once a message is complete: closes in good order after the other side has,
 * acknowledges (as the document spells it), is silent (reads, never answers nor closes), resets, or acknowledges slowly. The hostile ones
 * answer with what is no message, or with a megabyte of it.
 */
export type Manners = 'closes' | 'acknowledges' | 'silent' | 'resets' | 'slow' | 'babbles' | 'floods';

/** What the Taxi Navigator has seen. */
export type NavigatorEntry =
  | {
      readonly event: 'block';
      /** Which connection, from 1. */
      readonly connection: number;
      /** One character a byte. */
      readonly bytes: string;
      readonly message?: string;
      readonly guid?: string;
      readonly status?: string;
      readonly changedTime?: string;
    }
  /** A connection ended in the middle of a message, as it does when its writer is killed. */
  | { readonly event: 'torn'; readonly connection: number; readonly bytes: string }
  /** The port was closed or opened again. */
  | { readonly event: 'away' | 'back' };

/** A Taxi Navigator's port for statuses and popups. */
export interface Navigator extends AsyncDisposable {
  readonly port: number;
  readonly journal: Journal<NavigatorEntry>;
  /** For connections and messages from now on. */
  behave(manners: Manners): void;
  /** Closes the port and its connections: whoever connects is refused. */
  leave(): Promise<void>;
  /** Opens the same port again. */
  comeBack(): Promise<void>;
}

/** How a Taxi Navigator starts. */
export interface NavigatorOptions extends JournalOptions {
  readonly port: number;
  readonly manners?: Manners;
  /** What `slow` waits before it acknowledges, milliseconds. */
  readonly slowMs?: number;
}

/** Opens the port; everything that comes is kept. */
export async function startNavigator(options: NavigatorOptions): Promise<Navigator> {
  const { port, slowMs = 500 } = options;
  const journal = new Journal<NavigatorEntry>(options);
  const sockets = new Set<Socket>();
  let manners = options.manners ?? 'closes';
  let connections = 0;

  const answer = async (socket: Socket): Promise<void> => {
    if (manners === 'resets') socket.resetAndDestroy();
    if (manners === 'babbles' && socket.writable) socket.write('HTTP/1.1 200 OK\r\nServer: x\r\n\r\n\0\x01\x02 Message ACK\r\n\r\n');
    if (manners === 'floods' && socket.writable) socket.write(FLOOD);
    if (manners === 'slow') await pause(slowMs, undefined, { ref: false });
    if ((manners === 'acknowledges' || manners === 'slow') && socket.writable) socket.write(ACK);
  };
  const serve = (socket: Socket): void => {
    connections += 1;
    const connection = connections;
    const reader = new BlockReader();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const { bytes, fields } of reader.push(chunk)) {
        const { Message: message, Guid: guid, Status: status, StatusChangedTime: changedTime } = fields;
        journal.append({
          event: 'block',
          connection,
          bytes,
          ...(message === undefined ? {} : { message }),
          ...(guid === undefined ? {} : { guid }),
          ...(status === undefined ? {} : { status }),
          ...(changedTime === undefined ? {} : { changedTime }),
        });
        void answer(socket);
      }
    });
    const end = async (): Promise<void> => {
      if (manners === 'slow') await pause(slowMs, undefined, { ref: false });
      if (manners !== 'silent') socket.end();
    };
    socket.on('end', () => void end());
    socket.on('close', () => {
      sockets.delete(socket);
      if (reader.rest !== '') journal.append({ event: 'torn', connection, bytes: reader.rest });
    });
  };
  const open = async (): Promise<Server> => {
    const opened = createServer({ allowHalfOpen: true }, serve);
    opened.listen(port, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  };
  let server: Server | undefined = await open();
  const close = async (): Promise<void> => {
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    server = undefined;
    await closed;
  };
  return {
    port,
    journal,
    behave: (next) => {
      manners = next;
    },
    leave: async () => {
      await close();
      journal.append({ event: 'away' });
    },
    comeBack: async () => {
      server ??= await open();
      journal.append({ event: 'back' });
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      journal[Symbol.dispose]();
    },
  };
}

/** A megabyte without the end of a line. */
const FLOOD = Buffer.alloc(1_048_576, 0x78);

const ACK = writeBlock(
  [
    ['Message', 'ACK'],
    ['Error', 'OK'],
  ],
  'documented',
);
