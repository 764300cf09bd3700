import { connect as open, type Socket } from 'node:net';
import { normalAddress } from './address-list.ts';
import type { Verdict } from './conversation.ts';
import type { Deadlines } from './deadlines.ts';
import { SEND_DEFAULTS } from './option-defaults.ts';
import type { Peer } from './options.ts';

/** Where to connect, and for how long it may take. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly connectMs: number;
  readonly deadlines: Deadlines;
  readonly signal: AbortSignal;
  /** The serial number of the connection. */
  readonly serial: number;
}

/** A connected socket, paused, and its other end. */
export interface Connected {
  readonly socket: Socket;
  readonly peer: Peer;
}

/** The other end of a connected socket; `undefined` when it is already gone. */
function peerOf({ remoteAddress, remotePort, localPort }: Socket, connection: number): Peer | undefined {
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined) return undefined;
  return { address: normalAddress(remoteAddress), port: remotePort, localPort, connection };
}

function notSent(reason: string, cause?: unknown): Verdict {
  return { evidence: 'notSent', reason, ...(cause !== undefined && { cause }) };
}

/** Connects; whatever prevents it is a verdict `notSent`, as not one byte left. */
export function connect(options: ConnectOptions): Promise<Connected | Verdict> {
  const { host, port, connectMs, deadlines, signal, serial } = options;
  return new Promise((resolve) => {
    const socket = open({
      host,
      port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: SEND_DEFAULTS.keepAliveMs,
    });
    const settle = (outcome: Connected | Verdict): void => {
      deadlines.cancel(deadline);
      signal.removeEventListener('abort', aborted);
      socket.off('connect', connected);
      socket.off('error', failed);
      // A socket that is given up may still report an error.
      if ('evidence' in outcome) socket.on('error', () => undefined).destroy();
      resolve(outcome);
    };
    const connected = (): void => {
      const peer = peerOf(socket, serial);
      if (peer === undefined) settle(notSent(`${host}:${port} closed the connection at once.`));
      // Two ends that dial at the same time meet: a closed port among the system's own choices can answer itself.
      else if (peer.port === peer.localPort && socket.localAddress === socket.remoteAddress)
        settle(notSent(`${host}:${port} answered itself.`));
      else settle({ socket, peer });
    };
    const failed = (error: NodeJS.ErrnoException): void =>
      settle(notSent(`No connection to ${host}:${port} (${error.code ?? error.message}).`, error.code ?? error));
    const aborted = (): void => settle(notSent(`The sending was aborted before ${host}:${port} had accepted.`, signal.reason));
    const deadline = deadlines.after(connectMs, () => settle(notSent(`${host}:${port} did not accept in ${connectMs} ms.`, 'ETIMEDOUT')));
    socket.once('connect', connected);
    socket.once('error', failed);
    signal.addEventListener('abort', aborted, { once: true });
    // The signal may have been aborted before: its event would not come.
    if (signal.aborted) aborted();
  });
}
