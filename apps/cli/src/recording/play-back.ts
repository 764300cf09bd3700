import { connect, type Socket } from 'node:net';
import type { Address } from '@taxinav/bridge-contract';
import type { Clock } from '@taxinav/transport';
import type { ConnectionLine, Direction, FrameLine } from './record-line.ts';

/** What is sent again. */
export interface PlayBackOptions {
  readonly to: Address;
  readonly direction: Direction;
  /** 1: as it was; 2: twice as fast; Infinity: without pauses. */
  readonly speed: number;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly signal: AbortSignal;
  /** Hears every frame that was sent. */
  readonly onSent: (frame: FrameLine, bytes: Buffer) => void;
  /** Hears what comes back. */
  readonly onReceived: (connection: number, bytes: Buffer) => void;
}

/** How long a connection may take to open. */
const CONNECT_MS = 5_000;
/** How long what still comes is read at the end. */
const LINGER_MS = 2_000;
/** No pause of a recording is kept longer: a recording over a night is not a test of a night. */
export const LONGEST_PAUSE_MS = 60_000;

/** What became of it. */
export interface PlayedBack {
  readonly sent: number;
  readonly connections: number;
  /** Frames that could not be sent, by why. */
  readonly failures: ReadonlyMap<string, number>;
}

/** Sends one direction of a recording again, on as many connections as there were, as far apart as it was. */
export async function playBack(
  lines: AsyncIterable<FrameLine | ConnectionLine>,
  { to, direction, speed, clock, signal, onSent, onReceived }: PlayBackOptions,
): Promise<PlayedBack> {
  const open = new Map<number, Promise<Socket>>();
  const closing = new Set<Promise<void>>();
  const failures = new Map<string, number>();
  let sent = 0;
  let connections = 0;
  let before: number | undefined;
  const failed = (error: unknown): void => {
    const { code, message } = error as NodeJS.ErrnoException;
    failures.set(code ?? message, (failures.get(code ?? message) ?? 0) + 1);
  };
  const close = (connection: number): void => {
    const socket = open.get(connection);
    open.delete(connection);
    if (socket !== undefined) {
      const closed = socket.then(ended, () => undefined).finally(() => closing.delete(closed));
      closing.add(closed);
    }
  };
  try {
    for await (const line of lines) {
      if (signal.aborted) break;
      if (line.connection < 1) continue;
      const ours = 'event' in line ? line.event === 'ended' && line.direction === direction : line.direction === direction;
      if (!ours && !('event' in line && (line.event === 'closed' || line.event === 'broken'))) continue;
      const at = Date.parse(line.time);
      const pauseMs = Math.min(Math.max(0, at - (before ?? at)), LONGEST_PAUSE_MS) / speed;
      before = at;
      if (pauseMs >= 1) await clock.sleep(pauseMs, signal);
      if ('event' in line) {
        close(line.connection);
        continue;
      }
      let socket = open.get(line.connection);
      if (socket === undefined) {
        connections += 1;
        socket = connected(to, (bytes) => onReceived(line.connection, bytes));
        open.set(line.connection, socket);
      }
      const bytes = Buffer.from(line.bytes ?? '', 'base64');
      try {
        await written(await socket, bytes);
        sent += 1;
        onSent(line, bytes);
      } catch (error) {
        failed(error);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  for (const connection of open.keys()) close(connection);
  await Promise.all(closing);
  return { sent, connections, failures };
}

function connected(to: Address, onBytes: (bytes: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, allowHalfOpen: true, noDelay: true });
    const late = setTimeout(() => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })), CONNECT_MS);
    socket.once('connect', () => {
      clearTimeout(late);
      resolve(socket);
    });
    socket.on('data', onBytes);
    socket.on('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
  });
}

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.writable) reject(Object.assign(new Error('ended by the peer'), { code: 'ECONNRESET' }));
    else socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
  });
}

/** Our end, then the peer's or some patience. */
function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    };
    const timer = setTimeout(done, LINGER_MS);
    if (socket.readableEnded || socket.destroyed) return done();
    socket.once('end', done).once('close', done);
    socket.end();
  });
}
