import type { Ack, DecoderLimits, Diagnostic, Fault, Message, TextEncoding } from '@taxinav/codec';
import type { Clock } from './clock.ts';

/** An end of a connection. */
export interface Peer {
  /** The other end's address; an IPv4 address mapped into IPv6 is given as IPv4. */
  readonly address: string;
  readonly port: number;
  /** Our own port. */
  readonly localPort: number;
  /** A serial number of the connection, unique in this listener or sender. */
  readonly connection: number;
}

/** Bytes as they crossed a socket: whole reads and writes, not messages. The buffer is a copy. */
export interface RawFrame {
  readonly direction: 'in' | 'out';
  readonly peer: Peer;
  readonly bytes: Uint8Array;
  /** UTC, milliseconds. */
  readonly at: number;
}

/** Answers one received message or fault: an `Ack` to write back on the same connection, or nothing. */
export type MessageHandler = (received: Message | Fault, peer: Peer) => Promise<Ack | undefined>;

/** How the answer to `received` is spelled: `Message:ACK` (compact) or `Message: ACK`. */
export type AckStyleChooser = (received: Message | Fault) => 'compact' | 'spaced';

/** Why a connection was ended or not accepted by us, or what ended it. */
export type CloseReason =
  | 'peer-ended'
  | 'peer-reset'
  | 'fatal-fault'
  | 'message-deadline'
  | 'idle'
  | 'evicted'
  | 'write-stalled'
  | 'drained'
  | 'closed'
  | 'error';

/** Why a connection was cut at accept; `proxy-header`: a balancer's connection did not begin with the header it owes. */
export type RefusalReason = 'not-allowed' | 'address-limit' | 'draining' | 'proxy-header';

/** What a listener tells its owner besides messages. */
export type ListenerEvent =
  | { readonly event: 'connected'; readonly peer: Peer }
  | { readonly event: 'refused'; readonly address: string; readonly reason: RefusalReason }
  | { readonly event: 'disconnected'; readonly peer: Peer; readonly reason: CloseReason; readonly error?: Error }
  | { readonly event: 'diagnostic'; readonly peer: Peer; readonly diagnostic: Diagnostic }
  | { readonly event: 'handler-failed'; readonly peer: Peer; readonly error: unknown }
  /** The system could not accept a connection, e.g. `EMFILE`; the port stays open. */
  | { readonly event: 'accept-failed'; readonly error: Error };

/** What `listen` is told. */
export interface ListenOptions {
  /** The address to bind, e.g. `127.0.0.1`. */
  readonly host: string;
  /** The port to bind; 0 lets the system choose. */
  readonly port: number;
  /** Addresses or CIDR blocks that may connect. @defaultValue loopback only (`127.0.0.0/8`, `::1`) */
  readonly allow?: readonly string[];
  /**
   * Addresses or CIDR blocks of balancers. A connection from one of these must begin with a PROXY protocol header, version 2; the peer,
   * its permission and its share of the connections are then those of the address in it. Nobody else's header is read.
   * @defaultValue none
   */
  readonly proxies?: readonly string[];
  /** @defaultValue `auto` */
  readonly encoding?: TextEncoding;
  /** The codec's caps. */
  readonly limits?: Partial<DecoderLimits>;
  /** From the first byte of a message to its last. @defaultValue 10,000 ms */
  readonly messageDeadlineMs?: number;
  /** Silence allowed before the first valid message; afterwards there is no such limit. @defaultValue 60,000 ms [reading 30] */
  readonly idleMs?: number;
  /** At this many connections the longest-idle one makes room. @defaultValue 512 */
  readonly connections?: number;
  /** A further connection from one address is refused. @defaultValue 32 */
  readonly connectionsPerAddress?: number;
  /** Messages handed out and not yet answered, per connection; then reading pauses. @defaultValue 64 */
  readonly unanswered?: number;
  /** How long an answer may wait for a peer that does not read. @defaultValue 10,000 ms */
  readonly writeDeadlineMs?: number;
  /** TCP keepalive's first probe, rounded up to whole seconds. @defaultValue 30,000 ms */
  readonly keepAliveMs?: number;
  /** @defaultValue compact for `Conference`, spaced for everything else [reading 24] */
  readonly ackStyle?: AckStyleChooser;
  readonly onEvent?: (event: ListenerEvent) => void;
  readonly tap?: (frame: RawFrame) => void;
  readonly clock?: Clock;
}

/** What is told with one message. */
export interface SendContext {
  /** Gives the message up: `notSent` before its first byte, `inDoubt` afterwards. */
  readonly signal?: AbortSignal;
  /**
   * Asked in the same turn of the event loop as the first byte is written, however long the message has waited, the handshake has taken or
   * the process has stood still: where it says no, the message is `notSent`, its `cause` a `TransportError` `TRANSPORT_NOT_WANTED`.
   * @defaultValue always wanted
   */
  readonly stillWanted?: () => boolean;
}

/** What `send` and a sender are told. */
export interface SendOptions {
  readonly host: string;
  readonly port: number;
  /** @defaultValue `auto`, which writes UTF-8 */
  readonly encoding?: TextEncoding;
  /** For the TCP handshake. @defaultValue 5,000 ms */
  readonly connectMs?: number;
  /** For the peer's reaction after the last byte, our FIN included. @defaultValue 2,000 ms */
  readonly waitMs?: number;
  /**
   * `halfClose` writes FIN after the message, so that a peer that reads to the end sees it; `keep` leaves the
   * connection open for the next message, which only a peer that answers allows. @defaultValue `halfClose`
   */
  readonly after?: 'halfClose' | 'keep';
  /**
   * How long our FIN waits, beyond two round trips. A FIN of the peer's that comes later was sent by a peer that had the whole
   * message; an earlier one may come from a peer that closes whatever it is sent. @defaultValue 5 ms
   */
  readonly halfCloseAfterMs?: number;
  /** Messages that may wait in a sender behind the outstanding one; a further one is `notSent`. @defaultValue 1,000 */
  readonly waiting?: number;
  /** The codec's caps, for what is sent and for what is answered. */
  readonly limits?: Partial<DecoderLimits>;
  /** How an `Ack` that is sent is spelled. @defaultValue `spaced` */
  readonly ackStyle?: 'spaced' | 'compact';
  readonly tap?: (frame: RawFrame) => void;
  readonly clock?: Clock;
}
