import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What a dispatch program can do wrong. */
export const NAVIGATOR_FAULTS = [
  'one-read-one-message',
  'cuts-values-at-every-colon',
  'dies-on-unknown',
  'answers-everything-ok',
  'answers-nothing',
  'answer-in-one-line',
  'knows-four-car-types',
  'resets-after-status',
  'keeps-spaces',
  'answers-answers',
] as const;

/** A value of {@link NAVIGATOR_FAULTS}. */
export type NavigatorFault = (typeof NAVIGATOR_FAULTS)[number];

const CAR_TYPES = /^(?:general|universal|business|minibus|premium|Базовый|Универсал|Бизнес-класс|Микроавтобус|Премиум-класс)$/i;
const CAP = 16_384;

/** Opens a small dispatch program of its own making, which takes Call and SayTextStatus on one port. */
export async function startFaultyNavigator(...faults: readonly NavigatorFault[]): Promise<{ readonly port: number } & AsyncDisposable> {
  const has = (one: NavigatorFault): boolean => faults.includes(one);
  const sockets = new Set<Socket>();

  const serve = (block: string, socket: Socket): void => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const value = has('cuts-values-at-every-colon') ? (line.split(':')[1] ?? '') : line.slice(line.indexOf(':') + 1);
      const name = line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
      if (!fields.has(name)) fields.set(name, has('keeps-spaces') ? value.replace(/^ /, '') : value.trim());
    }
    const message = fields.get('message')?.toLowerCase();
    const answer = (error: string): void => {
      if (has('answers-nothing')) return;
      const told = has('answers-everything-ok') ? 'OK' : error;
      socket.write(has('answer-in-one-line') ? `ACK ${told}\r\n\r\n` : `Message: ACK  \r\nError: ${told}  \r\n \r\n`);
    };
    if (message === 'ack' && !has('answers-answers')) return;
    if (message === 'saytextstatus') {
      if (has('resets-after-status')) socket.resetAndDestroy();
      return;
    }
    if (message === 'call' || has('answers-answers')) {
      const known = CAR_TYPES.test(fields.get('cartype') ?? '') && !(has('knows-four-car-types') && fields.get('cartype') === 'Premium');
      return answer(known && /^\+?[-() \d]{10,}$/.test(fields.get('callerid') ?? '') ? 'OK' : 'cannot be read');
    }
    if (has('dies-on-unknown')) {
      server.close();
      for (const open of sockets) open.destroy();
    } else answer('unknown message');
  };

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    let text = '';
    const take = (end: boolean): void => {
      const blocks = text
        .replace(/^ï»¿/, '')
        .replace(/\r\n?/g, '\n')
        .split(/\n[ \t]*\n/);
      const rest = end || has('one-read-one-message') ? '' : (blocks.pop() ?? '');
      if (blocks.length > 0) text = rest;
      for (const block of blocks) if (block.trim() !== '') serve(Buffer.from(block.trimStart(), 'latin1').toString(), socket);
    };
    socket.on('data', (bytes: Buffer) => {
      text = (has('one-read-one-message') ? '' : text) + bytes.toString('latin1');
      if (text.length > CAP) socket.destroy();
      else take(false);
    });
    socket.on('end', () => {
      if (text.includes(':')) take(true);
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
