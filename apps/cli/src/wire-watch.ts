import type { TextEncoding } from '@taxinav/codec';
import type { Peer, RawFrame } from '@taxinav/transport';
import { DecodedStream, type Found } from './decoded-stream.ts';

/** Something seen on a connection, in one direction. */
export interface Sighting extends Found {
  readonly direction: RawFrame['direction'];
  readonly peer: Peer;
  /** UTC, milliseconds. */
  readonly at: number;
}

/** Connections that are watched at once; the oldest is forgotten first. A listener has 512, a sender one. */
export const WATCHED_CONNECTIONS = 1_024;

interface Watched {
  readonly in: DecodedStream;
  readonly out: DecodedStream;
  shown: number;
  handled: number;
  at: number;
}

/** Reads along with a listener or sender: give its `tap` the frames, and learn what crossed, both ways, in order. */
export class WireWatch {
  readonly #encoding: TextEncoding;
  readonly #see: (sighting: Sighting) => void;
  readonly #connections = new Map<number, Watched>();

  constructor(encoding: TextEncoding, see: (sighting: Sighting) => void) {
    this.#encoding = encoding;
    this.#see = see;
  }

  /** For `tap`. */
  frame(frame: RawFrame): void {
    const watched = this.#watched(frame.peer);
    watched.at = frame.at;
    watched[frame.direction].push(frame.bytes);
  }

  /** A handler was given a result: if it is not shown yet, the end of the connection completed it [reading 11]. */
  handled(peer: Peer): void {
    const watched = this.#watched(peer);
    watched.handled += 1;
    if (watched.handled > watched.shown) watched.in.end();
  }

  /** How many connections are watched. */
  get connections(): number {
    return this.#connections.size;
  }

  /** The connection is gone. */
  closed(peer: Peer): void {
    this.#connections.delete(peer.connection);
  }

  #watched(peer: Peer): Watched {
    const known = this.#connections.get(peer.connection);
    if (known !== undefined) return known;
    const stream = (direction: RawFrame['direction']): DecodedStream =>
      new DecodedStream(this.#encoding, (found) => {
        if (direction === 'in' && found.result !== undefined) watched.shown += 1;
        this.#see({ ...found, direction, peer, at: watched.at });
      });
    const watched: Watched = { in: stream('in'), out: stream('out'), shown: 0, handled: 0, at: 0 };
    const [oldest] = this.#connections.keys();
    if (oldest !== undefined && this.#connections.size >= WATCHED_CONNECTIONS) this.#connections.delete(oldest);
    this.#connections.set(peer.connection, watched);
    return watched;
  }
}
