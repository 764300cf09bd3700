import type { Socket } from 'node:net';

/** Accepts, and never reads a byte, nor closes: the system's buffers fill up. */
export function neverReads(socket: Socket): void {
  socket.pause();
}

/** Reads everything, says nothing, and answers a FIN with nothing. */
export function neverCloses(socket: Socket): void {
  socket.resume();
}

/** Sends a reset as soon as the connection is there. */
export function resetsAtOnce(socket: Socket): void {
  socket.resetAndDestroy();
}

/** Sends a reset as soon as the first byte has come. */
export function resetsAtFirstByte(socket: Socket): void {
  socket.once('data', () => socket.resetAndDestroy());
  socket.resume();
}

/** Closes at once and reads nothing, as a port forwarder does whose target is down. */
export function closesUnread(socket: Socket): void {
  socket.destroy();
}
