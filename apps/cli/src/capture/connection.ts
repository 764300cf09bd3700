import type { Buffer } from 'node:buffer';
import { isFault, type TextEncoding } from '@taxinav/codec';
import type { Found } from '../decoded-stream.ts';
import { Direction } from './direction.ts';
import { MessageStream } from './message-stream.ts';
import type { Endpoint, Segment } from './segment.ts';

/** Something of a connection, in the order of time. */
export interface ConnectionEvent {
  readonly connection: Connection;
  readonly at: number;
  /** Whether the side that opened the connection sent it. */
  readonly byClient: boolean;
  readonly what: { readonly kind: 'found'; readonly found: Found } | { readonly kind: 'missing'; readonly bytes: number };
}

/** Most finds of a connection that wait until one shows that it speaks the protocol; with more, it is taken for another kind. */
export const MOST_HELD = 32;

/** One TCP connection of a capture: both directions put in order and decoded. */
export class Connection {
  /** From 1, in the order in which connections begin in the capture. */
  readonly number: number;
  /** Whether any message of it was read, or a fault that names one. */
  isProtocol = false;
  lastAt: number;
  readonly #emit: (event: ConnectionEvent) => void;
  readonly #sides: readonly [Side, Side];
  /** Index of the side that opened the connection. */
  #client: 0 | 1;
  #clientIsKnown: boolean;
  #held: { readonly index: 0 | 1; readonly at: number; readonly what: ConnectionEvent['what'] }[] = [];
  #closer: 0 | 1 | 'reset' | 'nobody' = 'nobody';
  #given = false;
  #finished = false;

  constructor(number: number, first: Segment, encoding: TextEncoding, emit: (event: ConnectionEvent) => void) {
    this.number = number;
    this.lastAt = first.at;
    this.#emit = emit;
    // Who answers a SYN was connected to. Where neither is in the capture, the first message tells.
    this.#clientIsKnown = first.syn;
    this.#client = first.syn && first.acknowledged !== undefined ? 1 : 0;
    const side = (index: 0 | 1, endpoint: Endpoint): Side =>
      new Side(
        endpoint,
        encoding,
        (found, at) => this.#found(index, found, at),
        (bytes, at) => this.#missing(index, bytes, at),
      );
    this.#sides = [side(0, first.from), side(1, first.to)];
  }

  get client(): Endpoint {
    return this.#sides[this.#client].endpoint;
  }

  get server(): Endpoint {
    return this.#sides[this.#client === 0 ? 1 : 0].endpoint;
  }

  /** Whether a segment begins another connection between the same ports. */
  isAnother(segment: Segment): boolean {
    const { direction } = this.#side(segment);
    if (!segment.syn) return false;
    return direction.initialSequence === undefined ? segment.acknowledged === undefined : direction.initialSequence !== segment.sequence;
  }

  /** How it ended, as far as the capture shows: who sent the first FIN, or a reset without one. */
  get closed(): 'by-client' | 'by-server' | 'reset' | 'open' {
    if (this.#closer === 'nobody') return 'open';
    if (this.#closer === 'reset') return 'reset';
    return this.#closer === this.#client ? 'by-client' : 'by-server';
  }

  push(segment: Segment): void {
    this.lastAt = segment.at;
    const side = this.#side(segment);
    const other = side === this.#sides[0] ? this.#sides[1] : this.#sides[0];
    if (segment.acknowledged !== undefined) other.direction.confirmed(segment.acknowledged, segment.at);
    side.push(segment);
    if (segment.fin && this.#closer === 'nobody') this.#closer = side === this.#sides[0] ? 0 : 1;
    if (side.direction.ended) side.messages.end(segment.at);
    if (segment.reset) {
      if (this.#closer === 'nobody') this.#closer = 'reset';
      this.finish();
    }
  }

  /** Nothing more of it comes. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    for (const side of this.#sides) {
      side.direction.finish(this.lastAt);
      // What is open at the end of the capture was not ended by anybody: a message that was begun is none.
      if (side.direction.ended || this.closed !== 'open') side.messages.end(this.lastAt);
    }
    this.#held = [];
  }

  #side({ from }: Segment): Side {
    const [first, second] = this.#sides;
    return from.host === first.endpoint.host && from.port === first.endpoint.port ? first : second;
  }

  #found(index: 0 | 1, found: Found, at: number): void {
    if (this.#given) return;
    const { result } = found;
    if (result !== undefined && !this.#clientIsKnown) {
      // Only the side that was connected to answers.
      const answers = !isFault(result) && result.message === 'ACK';
      this.#client = answers ? (index === 0 ? 1 : 0) : index;
      this.#clientIsKnown = true;
    }
    if (result !== undefined && (!isFault(result) || result.concerns !== undefined)) this.isProtocol = true;
    this.#tell(index, at, { kind: 'found', found });
  }

  #missing(index: 0 | 1, bytes: number, at: number): void {
    if (this.#given) return;
    this.#tell(index, at, { kind: 'missing', bytes });
  }

  #tell(index: 0 | 1, at: number, what: ConnectionEvent['what']): void {
    this.#held.push({ index, at, what });
    // Which side is the client may only now be known, from the first message.
    if (this.isProtocol)
      for (const held of this.#held.splice(0))
        this.#emit({ connection: this, at: held.at, byClient: held.index === this.#client, what: held.what });
    // Another protocol: nothing of it is decoded any more.
    else if (this.#held.length > MOST_HELD || isFatal(what)) this.#giveUp();
  }

  #giveUp(): void {
    this.#given = true;
    this.#held = [];
    for (const side of this.#sides) side.ignore();
  }
}

function isFatal(what: ConnectionEvent['what']): boolean {
  return what.kind === 'found' && what.found.result !== undefined && isFault(what.found.result) && what.found.result.fatal;
}

/** One side of a connection, and what it sends. */
class Side {
  readonly endpoint: Endpoint;
  readonly direction: Direction;
  readonly messages: MessageStream;
  #ignored = false;

  constructor(
    endpoint: Endpoint,
    encoding: TextEncoding,
    found: (found: Found, at: number) => void,
    missing: (bytes: number, at: number) => void,
  ) {
    this.endpoint = endpoint;
    this.messages = new MessageStream(encoding, found);
    this.direction = new Direction({
      bytes: (bytes: Buffer, at) => {
        if (!this.#ignored) this.messages.push(bytes, at);
      },
      missing: (bytes, at) => {
        this.messages.lose();
        missing(bytes, at);
      },
    });
  }

  push(segment: Segment): void {
    const isFirst = !this.direction.fromStart && this.direction.isEmpty;
    if (isFirst && !segment.syn) this.messages.lose();
    this.direction.push(segment);
  }

  ignore(): void {
    this.#ignored = true;
  }
}
