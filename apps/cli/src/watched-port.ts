import type { Address } from '@taxinav/bridge-contract';
import type { TextEncoding } from '@taxinav/codec';
import { listen, TransportError, type ListenerEvent, type MessageHandler, type MessageListener } from '@taxinav/transport';
import { CliError } from './cli-error.ts';
import { formatHostPort } from './host-port.ts';
import type { Output } from './output.ts';
import { WireWatch, type Sighting } from './wire-watch.ts';

/** What a listening command opens. */
export interface WatchedPortOptions {
  readonly address: Address;
  /** Who may connect; absent: this machine. */
  readonly allow?: readonly string[] | undefined;
  readonly encoding: TextEncoding;
}

/** Simulators talk to one peer, which opens a connection for each message. */
const CONNECTIONS = 512;

/**
 * Opens a port and shows what crosses it, in order, before it is answered.
 *
 * @throws CliError `failed` when the port cannot be opened, `usage` for an allow list that cannot be read.
 */
export async function openWatchedPort(
  options: WatchedPortOptions,
  handler: MessageHandler,
  see: (sighting: Sighting) => void,
  output: Output,
): Promise<MessageListener> {
  const { address, allow, encoding } = options;
  const watch = new WireWatch(encoding, see);
  try {
    const listener = await listen(
      {
        ...address,
        encoding,
        connections: CONNECTIONS,
        connectionsPerAddress: CONNECTIONS,
        ...(allow !== undefined && { allow }),
        tap: (frame) => watch.frame(frame),
        onEvent: (event) => {
          if (event.event === 'disconnected') watch.closed(event.peer);
          const line = trouble(event);
          if (line !== undefined) output.talk(line);
        },
      },
      (received, peer) => {
        watch.handled(peer);
        return handler(received, peer);
      },
    );
    output.talk(`listening on ${formatHostPort({ host: listener.host, port: listener.port })}`);
    return listener;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new CliError(error.code === 'TRANSPORT_ALLOW_INVALID' ? 'usage' : 'failed', error.message, { cause: error });
  }
}

/** What is worth a word besides the messages. */
function trouble(event: ListenerEvent): string | undefined {
  switch (event.event) {
    case 'refused':
      return `refused a connection from ${event.address}: ${event.reason}${event.reason === 'not-allowed' ? ' (--allow ADDRESS lets it in)' : ''}`;
    case 'disconnected':
      return event.reason === 'peer-ended' || event.reason === 'drained' || event.reason === 'closed'
        ? undefined
        : `connection ${event.peer.address}:${event.peer.port} ended: ${event.reason}`;
    case 'handler-failed':
      return `a message could not be answered: ${String(event.error)}`;
    case 'accept-failed':
      return `the system could not accept a connection: ${event.error.message}`;
    case 'connected':
    case 'diagnostic':
      return undefined;
    default:
      return event satisfies never;
  }
}
