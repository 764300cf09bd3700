// A process that attacks a port on loopback: one order by message, its result back. Ends with whoever started it.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setInterval as every } from 'node:timers/promises';
import { holdOnCores } from './cores.ts';
import type { Attack, AttackResult, Order } from './orders.ts';

/** Connects from a loopback address of its own for every `perAddress` connections; resolves also when it was refused. */
async function open({ port, perAddress = Infinity, noisy = false, stubborn = false }: Order, serial: number): Promise<Socket> {
  const last = Math.floor(serial / perAddress) + 1;
  const localAddress = `127.${Math.floor(last / 250) + 1}.0.${(last % 250) + 1}`;
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  if (!noisy) socket.resume();
  if (!stubborn) socket.once('end', () => socket.end());
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  return socket;
}

/** So many connections of a burst are open at most: where the machine cannot keep up with its rate, the burst falls behind. */
const BURST_AT_ONCE = 500;

/** So many connections, 100 at a time. */
async function openAll(order: Order): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < order.connections) {
    const some = Math.min(100, order.connections - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: some }, (_, place) => open(order, sockets.length + place)))));
  }
  return sockets;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readableEnded || socket.closed) resolve();
    for (const event of ['end', 'close']) socket.once(event, () => resolve());
  });
}

/** What a socket was told, and how long it lived. */
interface Life {
  bytes: number;
  readonly began: number;
  ms: number;
}

function watch(socket: Socket): Life {
  const life: Life = { bytes: 0, began: performance.now(), ms: 0 };
  socket.on('data', (chunk: Buffer) => (life.bytes += chunk.length));
  socket.once('end', () => (life.ms = performance.now() - life.began));
  socket.once('close', () => (life.ms ||= performance.now() - life.began));
  return life;
}

function summary(lives: readonly Life[]): AttackResult {
  const times = lives.map(({ ms }) => ms);
  return {
    connections: lives.length,
    bytesReceived: lives.reduce((sum, { bytes }) => sum + bytes, 0),
    shortestMs: Math.min(...times),
    longestMs: Math.max(...times),
  };
}

const ATTACKS: Readonly<Record<Attack, (order: Order) => Promise<AttackResult>>> = {
  /** One byte of a message now and then, on many connections, until each is closed. */
  async drip(order) {
    const sockets = await openAll(order);
    const lives = sockets.map(watch);
    let at = 0;
    for await (const _ of every(order.everyMs ?? 5)) {
      const byte = order.text[at % order.text.length] ?? '';
      at += 1;
      let open = 0;
      for (const socket of sockets) {
        if (socket.writable) socket.write(byte);
        if (!socket.closed) open += 1;
      }
      if (open === 0) break;
    }
    return summary(lives);
  },

  /** So many bytes without a line end, on as many connections as it takes. */
  async endless(order) {
    const chunk = Buffer.alloc(65_536, 'x');
    const lives: Life[] = [];
    for (let sent = 0; sent < (order.bytes ?? 0);) {
      const socket = await open(order, lives.length);
      lives.push(watch(socket));
      while (socket.writable && sent < (order.bytes ?? 0)) {
        sent += chunk.length;
        if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), closed(socket)]).catch(() => undefined);
      }
      socket.end();
      await closed(socket);
    }
    return summary(lives);
  },

  /** Many connections that say the text and then nothing, and stay until they are closed. */
  async hold(order) {
    const lives: Life[] = [];
    const sockets = await openAll(order);
    for (const socket of sockets) {
      lives.push(watch(socket));
      if (socket.writable && order.text !== '') socket.write(order.text);
    }
    process.send?.({ opened: sockets.length });
    // Of a stubborn one's socket the other side has long forgotten when it is over.
    await Promise.all(sockets.map((socket) => (order.stubborn === true ? ended(socket) : closed(socket))));
    return summary(lives);
  },

  /** Writes and writes, and never reads an answer. */
  async deaf(order) {
    const sockets = await openAll({ ...order, noisy: true });
    const text = order.text.repeat(100);
    const lives = sockets.map((socket) => ({ bytes: 0, began: performance.now(), ms: 0, socket }));
    await Promise.all(
      lives.map(async (life) => {
        const { socket } = life;
        const gone = closed(socket).then(() => (life.ms = performance.now() - life.began));
        while (socket.writable) {
          if (!socket.write(text)) await Promise.race([once(socket, 'drain'), gone]).catch(() => undefined);
        }
        await gone;
      }),
    );
    return summary(lives);
  },

  /** A connection for each message: connect, say it, read the answer, close. */
  async burst(order) {
    const lives: Life[] = [];
    let atOnce = 0;
    const one = async (serial: number): Promise<void> => {
      atOnce += 1;
      const socket = await open(order, serial);
      const life = watch(socket);
      lives.push(life);
      if (order.text === '') socket.end();
      else if (socket.writable) socket.write(order.text);
      await Promise.race([once(socket, 'data'), closed(socket)]).catch(() => undefined);
      socket.end();
      await closed(socket);
      atOnce -= 1;
    };
    const began = performance.now();
    const running: Promise<void>[] = [];
    for await (const _ of every(10)) {
      const due = Math.min(order.connections, ((performance.now() - began) * (order.perSecond ?? 1_000)) / 1_000);
      const more = Math.min(due - running.length, BURST_AT_ONCE - atOnce);
      for (let begun = 0; begun < more; begun += 1) running.push(one(running.length));
      if (running.length >= order.connections) break;
    }
    await Promise.all(running);
    return summary(lives);
  },

  /** Says part of a message, or none, and resets. */
  async reset(order) {
    const sockets = await openAll(order);
    const lives = sockets.map(watch);
    await Promise.all(
      sockets.map(async (socket, serial) => {
        const part = order.text.slice(0, order.text.length === 0 ? 0 : serial % (order.text.length + 1));
        if (part !== '' && socket.writable) await new Promise((resolve) => socket.write(part, resolve));
        socket.resetAndDestroy();
        await closed(socket);
      }),
    );
    return summary(lives);
  },
};

const cores = process.argv[2];
if (cores !== undefined) holdOnCores(cores);
process.once('disconnect', () => process.exit(0));
process.once('message', (order: Order) => void ATTACKS[order.attack](order).then((result) => process.send?.({ result }, () => undefined)));
process.send?.({ ready: true });
