import type { Socket } from 'node:net';
import type { Ack, Fault, Message } from '@taxinav/codec';
import type { Delivery } from './delivery-evidence.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { MessageConnection } from './message-connection.ts';
import type { Peer } from './options.ts';
import { tcpState, type SocketPair, type TcpState } from './tcp-state.ts';
import type { Wire } from './wire.ts';

/** How often the system is asked again while the peer's kernel has not yet confirmed our FIN. */
const LOOK_AGAIN_MS = 10;

/** What was seen of one message, without its time. */
export type Verdict = Omit<Delivery, 'elapsedMs'>;

/** How one message is sent over an open connection. */
export interface ConversationOptions {
  readonly wire: Wire;
  readonly deadlines: Deadlines;
  readonly waitMs: number;
  readonly after: 'halfClose' | 'keep';
  readonly halfCloseAfterMs: number;
  /** How long the handshake took: no less than a round trip. */
  readonly roundTripMs: number;
}

interface Outstanding {
  readonly resolve: (verdict: Verdict) => void;
  readonly signal: AbortSignal | undefined;
  readonly aborted: () => void;
  deadline: Deadline | undefined;
  /** When our FIN follows the message. */
  halfClose: Deadline | undefined;
  /** The message has been at the peer's for as long as a FIN of its takes: a later one was sent by a peer that had it. */
  arrived: boolean;
  /** Messages and faults that came and were no answer. */
  others: number;
  /** FIN was seen and is being judged: later events do not settle, except what is worse. */
  ended: boolean;
}

function verdictOf(error: Error): Verdict {
  const code = (error as NodeJS.ErrnoException).code;
  return { evidence: 'inDoubt', reason: `The connection broke before an answer came (${code ?? error.message}).`, cause: code ?? error };
}

/** A connection to a peer, over which one message at a time is sent and the reaction judged. Source: [reading 34]. */
export class Conversation extends MessageConnection {
  readonly #options: ConversationOptions;
  readonly #pair: SocketPair;
  #outstanding: Outstanding | undefined;
  #open = true;
  #acknowledges = false;

  constructor(socket: Socket, peer: Peer, options: ConversationOptions) {
    super(socket, peer);
    this.#options = options;
    // Asked for now: a closed socket no longer knows its ends, and the kernel spells mapped addresses as they are.
    this.#pair = {
      localAddress: socket.localAddress ?? '',
      localPort: peer.localPort,
      remoteAddress: socket.remoteAddress ?? '',
      remotePort: peer.port,
    };
  }

  protected override get wire(): Wire {
    return this.#options.wire;
  }

  /** An `ACK` was read here and nothing has gone wrong since: the next message may use it. */
  get reusable(): boolean {
    return this.#open && this.alive && this.#acknowledges && this.#options.after === 'keep' && this.#outstanding === undefined;
  }

  /** Writes a message and resolves with what the peer's reaction proves; the connection is closed afterwards unless reusable. */
  ask(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<Verdict> {
    return new Promise((resolve) => {
      const aborted = (): void =>
        this.#settle({ evidence: 'inDoubt', reason: 'The sending was aborted after bytes had left.', cause: signal?.reason });
      const outstanding: Outstanding = {
        resolve,
        signal,
        aborted,
        deadline: undefined,
        halfClose: undefined,
        arrived: false,
        others: 0,
        ended: false,
      };
      this.#outstanding = outstanding;
      signal?.addEventListener('abort', aborted, { once: true });
      const wait = (): void => this.#wait(outstanding);
      const { after, halfCloseAfterMs, deadlines } = this.#options;
      if (after === 'keep') {
        wait();
        this.writeBytes(bytes, wait);
        return;
      }
      this.writeBytes(bytes);
      // Silence is not judged before our FIN: until then the system cannot show that the peer's has taken everything.
      outstanding.halfClose = deadlines.after(this.#options.roundTripMs * 2 + halfCloseAfterMs, () => {
        // The sockets are looked at once more before: what has arrived by now is heard as early.
        setImmediate(() => {
          if (this.#outstanding !== outstanding || outstanding.ended) return;
          outstanding.arrived = true;
          wait();
          this.endWriting(wait);
        });
      });
    });
  }

  /** From now on the peer's reaction is awaited for `waitMs`. */
  #wait(outstanding: Outstanding): void {
    if (this.#outstanding !== outstanding) return;
    this.#options.deadlines.cancel(outstanding.deadline);
    outstanding.deadline = this.#options.deadlines.after(this.#options.waitMs, () => void this.#silence(outstanding));
  }

  /** Closes the connection at once; an outstanding message is in doubt. */
  close(cause: unknown): void {
    this.#settle({ evidence: 'inDoubt', reason: 'The sender was closed while the answer was awaited.', cause });
    this.#drop();
  }

  protected override received(results: readonly (Message | Fault)[], bytes: number): void {
    const outstanding = this.#outstanding;
    if (outstanding === undefined) {
      // Nothing was asked: whatever this is, the next answer could no longer be told apart.
      if (bytes > 0) this.#drop();
      return;
    }
    let left = results.length;
    for (const result of results) {
      this.#judge(outstanding, result);
      left -= 1;
      if (this.#outstanding === outstanding) continue;
      // More than was asked for: the next answer could no longer be told apart.
      if (left > 0) this.#drop();
      return;
    }
  }

  #judge(outstanding: Outstanding, result: Message | Fault): void {
    if ('message' in result) {
      if (result.message === 'ACK') this.#answered(outstanding, result);
      else outstanding.others += 1;
    } else if (result.concerns === 'ACK') {
      this.#settle({ evidence: 'inDoubt', reason: `An ACK came that cannot be read: ${result.reason}` });
    } else if (result.fatal) {
      this.#settle({ evidence: 'inDoubt', reason: `What came instead of an ACK exceeds a cap: ${result.reason}` });
    } else {
      outstanding.others += 1;
    }
  }

  #answered(outstanding: Outstanding, ack: Ack): void {
    this.#acknowledges = true;
    const others = counted(outstanding.others);
    if (ack.error.toUpperCase() === 'OK') this.#settle({ evidence: 'acknowledged', ack, reason: `The peer answered ACK, OK${others}.` });
    else this.#settle({ evidence: 'refused', ack, reason: `The peer answered ACK with another Error than OK${others}.` });
  }

  protected override peerEnded(results: readonly (Message | Fault)[]): void {
    const outstanding = this.#outstanding;
    this.#open = false;
    if (outstanding === undefined) {
      this.#drop();
      return;
    }
    this.received(results, 0);
    if (this.#outstanding !== outstanding) return;
    if (this.#options.after === 'keep') {
      this.#settle({ evidence: 'inDoubt', reason: `The peer closed the kept connection without an answer${counted(outstanding.others)}.` });
      return;
    }
    if (outstanding.arrived) {
      this.#settle({
        evidence: 'taken',
        reason: `The peer closed in good order after the message, without an answer${counted(outstanding.others)}.`,
      });
      return;
    }
    outstanding.ended = true;
    this.#wait(outstanding);
    // While our end is open the system still tells whether the peer's confirmed every byte.
    this.#options.deadlines.cancel(outstanding.halfClose);
    void this.#judgeEnd(outstanding);
  }

  /**
   * A FIN so early proves little: a peer that accepts and closes before the message is there sends it too, and the reset that
   * answers the message is hidden behind it. (One that closes with the message unread sends no FIN but a reset.) As long as our
   * own end is open the system tells whether the peer's has confirmed every byte.
   */
  async #judgeEnd(outstanding: Outstanding): Promise<void> {
    for (;;) {
      const state = await tcpState(this.#pair);
      if (this.#outstanding !== outstanding) return;
      const verdict = endVerdict(state, counted(outstanding.others));
      // What our own system has not taken, it cannot have sent: that nothing awaits confirmation proves nothing yet.
      if (verdict !== undefined && !(verdict.evidence === 'taken' && this.unwrittenBytes > 0)) {
        this.#settle(verdict);
        return;
      }
      await new Promise<void>((resolve) => this.#options.deadlines.after(LOOK_AGAIN_MS, resolve));
      if (this.#outstanding !== outstanding) return;
    }
  }

  async #silence(outstanding: Outstanding): Promise<void> {
    const { waitMs, after } = this.#options;
    const others = counted(outstanding.others);
    const state = after === 'halfClose' ? await tcpState(this.#pair) : 'unknown';
    if (this.#outstanding !== outstanding) return;
    if (state === 'fin-wait-2') {
      this.#settle({
        evidence: 'unconfirmed',
        reason: `No answer in ${waitMs} ms${others}, but the peer's system took every byte and our FIN.`,
      });
    } else {
      this.#settle({ evidence: 'inDoubt', reason: `No answer in ${waitMs} ms${others}.` });
    }
  }

  protected override closed(error: Error | undefined): void {
    this.#open = false;
    const outstanding = this.#outstanding;
    if (outstanding === undefined) return;
    if (error !== undefined) this.#settle(verdictOf(error));
    else if (!outstanding.ended) this.#settle({ evidence: 'inDoubt', reason: 'The connection was closed without an answer.' });
  }

  #settle(verdict: Verdict): void {
    const outstanding = this.#outstanding;
    if (outstanding === undefined) return;
    this.#outstanding = undefined;
    this.#options.deadlines.cancel(outstanding.deadline);
    this.#options.deadlines.cancel(outstanding.halfClose);
    outstanding.signal?.removeEventListener('abort', outstanding.aborted);
    if (verdict.evidence === 'inDoubt') this.#takeBack();
    else if (!this.reusable || this.pendingBytes > 0 || verdict.ack === undefined) this.#drop();
    outstanding.resolve(verdict);
  }

  /**
   * What is in doubt will be sent again, and must not arrive after that: a system goes on for a minute and more to deliver what a closed
   * socket had written. A reset makes it forget; bytes that it has not taken yet end with the socket, and leave no whole message.
   */
  #takeBack(): void {
    this.#open = false;
    if (this.unwrittenBytes > 0) this.destroySocket();
    else this.resetSocket();
  }

  #drop(): void {
    this.#open = false;
    this.destroySocket();
  }
}

function counted(others: number): string {
  return others === 0 ? '' : ` (${others} other ${others === 1 ? 'message' : 'messages'} came)`;
}

function endVerdict(state: TcpState, others: string): Verdict | undefined {
  switch (state) {
    case 'close-wait':
      return { evidence: 'taken', reason: `The peer took every byte and closed in good order, without an answer${others}.` };
    case 'unknown':
      return {
        evidence: 'taken',
        reason: `The peer closed without an answer${others}; this system does not tell whether a reset followed.`,
      };
    case 'absent':
      return { evidence: 'inDoubt', reason: `The peer closed without reading, and reset the connection${others}.` };
    case 'unreadable':
      return {
        evidence: 'inDoubt',
        reason: `The peer closed without an answer${others}, and the system could not be asked whether it read.`,
      };
    case 'established':
    case 'close-wait-unconfirmed':
    case 'fin-wait-1':
    case 'fin-wait-2':
    case 'time-wait':
    case 'last-ack':
    case 'closing':
      return undefined;
    default:
      return state satisfies never;
  }
}
