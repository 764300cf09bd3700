import type { TextEncoding } from '@taxinav/codec';
import { Connection, type ConnectionEvent } from './connection.ts';
import type { Endpoint, Segment } from './segment.ts';

/** Most connections that are followed at once; with more, the one that has been silent for longest is taken as over. */
export const MOST_CONNECTIONS = 1024;

/** Sorts segments to their connections. */
export class Connections {
  readonly #encoding: TextEncoding;
  readonly #emit: (event: ConnectionEvent) => void;
  readonly #over: (connection: Connection) => void;
  /** By both ends; in the order in which they were last heard of. */
  readonly #open = new Map<string, Connection>();
  #count = 0;

  constructor(encoding: TextEncoding, emit: (event: ConnectionEvent) => void, over: (connection: Connection) => void) {
    this.#encoding = encoding;
    this.#emit = emit;
    this.#over = over;
  }

  /** How many connections there were. */
  get count(): number {
    return this.#count;
  }

  push(segment: Segment): void {
    const key = keyOf(segment);
    let connection = this.#open.get(key);
    if (connection?.isAnother(segment) === true) {
      this.#end(key, connection);
      connection = undefined;
    }
    if (connection === undefined) {
      // The last words of a connection that is over, or of one before the capture, begin none.
      if (segment.length === 0 && !segment.syn) return;
      connection = new Connection((this.#count += 1), segment, this.#encoding, this.#emit);
    }
    connection.push(segment);
    this.#open.delete(key);
    this.#open.set(key, connection);
    if (this.#open.size <= MOST_CONNECTIONS) return;
    for (const [oldKey, oldest] of this.#open) {
      this.#end(oldKey, oldest);
      break;
    }
  }

  /** The capture has ended. */
  finish(): void {
    for (const [key, connection] of this.#open) this.#end(key, connection);
  }

  #end(key: string, connection: Connection): void {
    this.#open.delete(key);
    connection.finish();
    this.#over(connection);
  }
}

function keyOf({ from, to }: Segment): string {
  const text = ({ host, port }: Endpoint): string => `${host} ${port}`;
  const [one, other] = [text(from), text(to)];
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
