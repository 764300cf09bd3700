import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Ack } from '@taxinav/codec';
import { listen } from '@taxinav/transport';

/** A server under measurement. */
export interface ServerContestant {
  readonly name: string;
  /** What its clients speak. */
  readonly dialect: 'taxi-navigator' | 'http';
  /** Opens a port on loopback and gives its number. */
  open(): Promise<number>;
}

const ACK: Ack = { message: 'ACK', error: 'OK' };
const ACK_TEXT = 'Message: ACK\r\nError: OK\r\n\r\n';
/** More than any workload opens. */
const MANY = 20_000;

const own: ServerContestant = {
  name: 'taxinav listen',
  dialect: 'taxi-navigator',
  async open() {
    const options = { host: '127.0.0.1', port: 0, connections: MANY, connectionsPerAddress: MANY };
    const listener = await listen(options, (received) => {
      if ('fault' in received) throw new Error(received.reason);
      return Promise.resolve(ACK);
    });
    return listener.port;
  },
};

const echo: ServerContestant = {
  name: 'net echo',
  dialect: 'taxi-navigator',
  open: () =>
    port(
      createServer({ noDelay: true }, (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => socket.write(chunk));
      }),
    ),
};

/** What one writes in a quarter of an hour: text, split, one write a message. */
const naive: ServerContestant = {
  name: 'naive parser',
  dialect: 'taxi-navigator',
  open: () =>
    port(
      createServer({ noDelay: true }, (socket) => {
        let rest = '';
        socket.setEncoding('utf8');
        socket.on('error', () => undefined);
        socket.on('data', (text) => {
          const blocks = (rest + String(text)).split('\r\n\r\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const message: Record<string, string> = {};
            for (const line of block.split('\r\n')) {
              const colon = line.indexOf(':');
              message[line.slice(0, colon)] = line.slice(colon + 1).trim();
            }
            if (message['Message'] === 'SayText') socket.write(ACK_TEXT);
          }
        });
      }),
    ),
};

/** The same fields as headers of a request, answered with nothing but its status. */
const http: ServerContestant = {
  name: 'node:http',
  dialect: 'http',
  open() {
    const server = createHttpServer({ noDelay: true, requireHostHeader: false }, (_request, response) => {
      response.sendDate = false;
      response.writeHead(204).end();
    });
    server.keepAliveTimeout = 0;
    return port(server);
  },
};

/** Every server that is measured. */
export const SERVERS: readonly ServerContestant[] = [own, echo, naive, http];

function port(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 511 }, () => resolve((server.address() as AddressInfo).port));
  });
}
