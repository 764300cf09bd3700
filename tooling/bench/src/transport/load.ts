import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** What a load found. */
export interface Load {
  readonly messages: number;
  readonly seconds: number;
  /** Milliseconds from a message to its answer; of a pipeline none. */
  readonly latencies: readonly number[];
}

/** Where it goes and what is sent, over and over. */
export interface Target {
  readonly port: number;
  readonly request: Buffer;
  /** Bytes of one answer. */
  readonly answerBytes: number;
  readonly ms: number;
}

/** One message, and how long its answer is; the answer is taken for whole when nothing follows it for a while. */
export async function learnAnswer(port: number, request: Buffer): Promise<number> {
  const socket = await open(port);
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length));
  socket.write(request);
  await once(socket, 'data');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  return bytes;
}

/** One message at a time on one connection. */
export async function pingPong({ port, request, answerBytes, ms }: Target): Promise<Load> {
  const socket = await open(port);
  const latencies: number[] = [];
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    let sent = began;
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < answerBytes) return;
      received -= answerBytes;
      const now = performance.now();
      latencies.push(now - sent);
      if (now - began >= ms) {
        resolve();
        return;
      }
      sent = now;
      socket.write(request);
    });
    socket.write(request);
  });
  socket.destroy();
  return { messages: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}

/** `window` messages outstanding on each of `connections`. */
export async function pipeline(target: Target, connections: number, window: number): Promise<Load> {
  const { port, request, answerBytes, ms } = target;
  const block = Buffer.concat(Array.from({ length: window }, () => request));
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let messages = 0;
  const began = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let received = 0;
          socket.on('error', reject);
          socket.on('data', (chunk) => {
            received += chunk.length;
            const answered = Math.floor(received / answerBytes);
            received -= answered * answerBytes;
            messages += answered;
            if (performance.now() - began >= ms) resolve();
            else if (answered > 0) socket.write(block.subarray(0, answered * request.length));
          });
          socket.write(block);
        }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.destroy();
  return { messages, seconds, latencies: [] };
}

/** A connection for every message, `atOnce` of them at a time: connect, send, read the answer, close in good order. */
export async function connectionPerMessage({ port, request, answerBytes, ms }: Target, atOnce: number): Promise<Load> {
  const latencies: number[] = [];
  const began = performance.now();
  const one = async (): Promise<void> => {
    while (performance.now() - began < ms) latencies.push(await exchange(port, () => request, answerBytes));
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { messages: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}

/** Sends one message on a connection of its own; resolves, once that is closed, with the milliseconds from connecting to the answer. */
export function exchange(port: number, request: () => Buffer, answerBytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let received = 0;
    let answered: number | undefined;
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.on('error', (error) => {
      // What breaks after the answer breaks nothing.
      if (answered === undefined) reject(error);
    });
    socket.on('connect', () => socket.write(request()));
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < answerBytes) return;
      answered = performance.now() - began;
      socket.end();
    });
    socket.on('close', () => {
      if (answered === undefined) reject(new Error(`closed after ${received} of ${answerBytes} bytes of the answer`));
      else resolve(answered);
    });
  });
}

/** A connected socket. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}
