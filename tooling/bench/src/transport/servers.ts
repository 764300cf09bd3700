import { Buffer } from 'node:buffer';
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
const NOTHING = Buffer.alloc(0);
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

/**
 * The least that a server can do that answers each message: the ends of messages are searched natively, no field is looked at, and the
 * answers of a read are one write of bytes that are there already. What `listen` takes beyond it is for reading, judging, asking a
 * handler, and its limits.
 */
const least: ServerContestant = {
  name: 'limit: scan, one write a read',
  dialect: 'taxi-navigator',
  open: () =>
    port(
      createServer({ noDelay: true }, (socket) => {
        const needle = Buffer.from('\r\n\r\n');
        const answers = Buffer.from(ACK_TEXT.repeat(1_024));
        let rest = NOTHING;
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => {
          const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
          let from = 0;
          let count = 0;
          for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, from)) {
            from = at + 4;
            count += 1;
          }
          rest = from === bytes.length ? NOTHING : Buffer.from(bytes.subarray(from));
          if (count > 0) socket.write(answers.subarray(0, count * ACK_TEXT.length));
        });
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
export const SERVERS: readonly ServerContestant[] = [own, least, echo, naive, http];

function port(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 511 }, () => resolve((server.address() as AddressInfo).port));
  });
}
