import { isFault, type Ack, type Conference, type Dial, type Fault, type Message, type SayText } from '@taxinav/codec';
import type { Configuration } from '@taxinav/bridge-contract';
import { TrackingError } from '@taxinav/notification-tracking';
import type { Clock, ListenOptions, ListenerEvent, MessageHandler, MessageListener, Peer, RefusalReason } from '@taxinav/transport';
import type { Column } from '../column.ts';
import type { RefusedSayText } from '../jobs/spoken-notification.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { refusal } from './answers.ts';

/** The jobs that Taxi Navigator's messages ask for; each answers what `acknowledge: all` would say. */
export interface RequestedJobs {
  sayText(message: SayText, peer: Peer, column: Column): Promise<Ack>;
  refusedSayText(refused: RefusedSayText, peer: Peer, column: Column): Promise<Ack>;
  dial(message: Dial, peer: Peer, column: Column): Promise<Ack>;
  conference(message: Conference, peer: Peer, column: Column): Promise<Ack>;
}

/** What the listeners need. */
export interface RequestsParts {
  readonly listen: (options: ListenOptions, handler: MessageHandler) => Promise<MessageListener>;
  readonly jobs: RequestedJobs;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told of each connection that is cut at accept. */
  readonly refused: (columnId: string, address: string, reason: RefusalReason) => void;
}

/** Opens a column's port: what Taxi Navigator says to us goes to the job it asks for. `current` is the column as of the last reload. Source: [TN-3]. */
export function openRequests(
  current: () => Column,
  { wire, trustedProxies }: Pick<Configuration, 'wire' | 'trustedProxies'>,
  parts: RequestsParts,
): Promise<MessageListener> {
  const { configuration } = current();
  return parts.listen(
    {
      host: configuration.listen.host,
      port: configuration.listen.port,
      allow: configuration.allow,
      encoding: configuration.encoding,
      limits: { lineBytes: wire.lineBytes, messageBytes: wire.messageBytes, fields: wire.fields, textCharacters: wire.textCharacters },
      messageDeadlineMs: wire.messageSeconds * 1_000,
      idleMs: wire.idleSeconds * 1_000,
      connections: wire.connections,
      connectionsPerAddress: wire.connectionsPerAddress,
      ...(trustedProxies.length === 0 ? {} : { proxies: trustedProxies }),
      ackStyle: (received) => (isConference(received) ? current().configuration.conferenceReply : 'spaced'),
      onEvent: (event) => noteEvent(current(), event, parts),
      clock: parts.clock,
    },
    (received, peer) => answer(received, peer, current(), parts),
  );
}

/** Who answers what: Conference always, Dial and SayText with `acknowledge: all`, what is not ours never. Source: [reading 25, reading 28]. */
async function answer(received: Message | Fault, peer: Peer, column: Column, parts: RequestsParts): Promise<Ack | undefined> {
  try {
    return isFault(received) ? await answerFault(received, peer, column, parts) : await answerMessage(received, peer, column, parts);
  } catch (error) {
    const code = error instanceof TrackingError ? error.code : 'UNEXPECTED';
    const concerns = isFault(received) ? received.concerns : received.message;
    parts.log.error(
      { event: 'request-failed', column: column.id, peer: peer.address, message: concerns, code, err: error },
      'a request failed',
    );
    parts.metrics.received(column.id, concerns ?? 'none', 'failed');
    return speaks(concerns, column) ? refusal('try again later') : undefined;
  }
}

async function answerMessage(received: Message, peer: Peer, column: Column, parts: RequestsParts): Promise<Ack | undefined> {
  const { jobs, log, metrics } = parts;
  const answered = (ack: Ack): Ack | undefined => {
    metrics.received(column.id, received.message, ack.error === 'OK' ? 'accepted' : 'refused');
    return speaks(received.message, column) ? ack : undefined;
  };
  switch (received.message) {
    case 'SayText': {
      const arrived = parts.clock.monotonic();
      const ack = await jobs.sayText(received, peer, column);
      metrics.accepted(column.id, (parts.clock.monotonic() - arrived) / 1_000);
      return answered(ack);
    }
    case 'Dial':
      return answered(await jobs.dial(received, peer, column));
    case 'Conference':
      return answered(await jobs.conference(received, peer, column));
    case 'Unknown':
      log.warn({ event: 'unknown-message', column: column.id, peer: peer.address }, 'a message that the protocol does not know');
      return answered(refusal('unknown message'));
    case 'ACK':
    case 'Call':
    case 'SayTextStatus':
      metrics.received(column.id, received.message, 'ignored');
      log.warn(
        { event: 'not-for-us', column: column.id, peer: peer.address, message: received.message },
        'a message that is not for a call center',
      );
      return undefined;
    default:
      return received satisfies never;
  }
}

async function answerFault(fault: Fault, peer: Peer, column: Column, parts: RequestsParts): Promise<Ack | undefined> {
  const { concerns, field, guid } = fault;
  const code = fault.fault;
  parts.metrics.received(column.id, concerns ?? 'none', code);
  parts.log.warn(
    { event: 'fault', column: column.id, peer: peer.address, message: concerns, fault: code, field, guid, fatal: fault.fatal },
    fault.reason,
  );
  // A SayText refused after its Guid could be read owes one Canceled, whatever is answered here.
  if (concerns === 'SayText' && guid !== undefined) await parts.jobs.refusedSayText({ guid, reason: code }, peer, column);
  return speaks(concerns, column) ? refusal(field === undefined ? code : `${code} ${field}`) : undefined;
}

/** Whether an answer to this message leaves on its connection. What could not be named at all is answered: its sender reads or it does not. */
function speaks(concerns: Message['message'] | undefined, column: Column): boolean {
  switch (concerns) {
    case 'Conference':
    case 'Unknown':
    case undefined:
      return true;
    case 'Dial':
    case 'SayText':
      return column.configuration.acknowledge === 'all';
    case 'ACK':
    case 'Call':
    case 'SayTextStatus':
      return false;
    default:
      return concerns satisfies never;
  }
}

function isConference(received: Message | Fault): boolean {
  return isFault(received) ? received.concerns === 'Conference' : received.message === 'Conference';
}

function noteEvent(column: Column, event: ListenerEvent, { log, metrics, refused }: RequestsParts): void {
  switch (event.event) {
    case 'connected':
      log.debug({ event: 'connected', column: column.id, peer: event.peer.address }, 'connected');
      return;
    case 'refused':
      metrics.connection(column.id, event.reason);
      refused(column.id, event.address, event.reason);
      log.warn({ event: 'connection-refused', column: column.id, peer: event.address, reason: event.reason }, 'connection refused');
      return;
    case 'disconnected':
      if (event.reason !== 'peer-ended') metrics.connection(column.id, event.reason);
      log.debug({ event: 'disconnected', column: column.id, peer: event.peer.address, reason: event.reason }, 'disconnected');
      return;
    case 'diagnostic':
      metrics.tolerated(column.id, event.diagnostic.code);
      log.debug(
        { event: 'tolerated', column: column.id, peer: event.peer.address, code: event.diagnostic.code, reading: event.diagnostic.reading },
        'tolerated',
      );
      return;
    case 'accept-failed':
      metrics.connection(column.id, event.event);
      log.error({ event: 'accept-failed', column: column.id, err: event.error }, 'the system gave no connection');
      return;
    case 'handler-failed':
      log.error({ event: 'handler-failed', column: column.id, peer: event.peer.address, err: event.error }, 'a request failed');
      return;
    default:
      event satisfies never;
  }
}
