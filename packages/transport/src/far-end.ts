import type { Socket } from 'node:net';

/** Where a socket's bytes come from. */
export interface FarEnd {
  /** In the system's spelling; `undefined` when the connection is already gone. */
  readonly address: string | undefined;
  readonly port: number | undefined;
}

interface RememberingSocket {
  _peername?: unknown;
}

/** Asks a socket for its far end. */
export function farEnd(socket: Socket): FarEnd {
  const { remoteAddress, remotePort } = socket;
  // Node remembers what it was asked, 120 bytes of strings for each socket, and asks the system again where it does not. All that is
  // needed later is in the connection's `peer`, whose address all connections of an origin share.
  if (remoteAddress !== undefined) (socket as RememberingSocket)._peername = undefined;
  return { address: remoteAddress, port: remotePort };
}
