import type { Origins } from './origins.ts';
import type { ServedConnection } from './served-connection.ts';

/** The connections of a listener: how many there are, which gives way, and when they are gone. */
export class ConnectionTable {
  /** Those that count: neither closed nor about to be. */
  readonly open: Set<ServedConnection> = new Set();
  /** Those that are gone, or about to be, and whose messages are still being handled. */
  readonly leftovers: Set<ServedConnection> = new Set();
  readonly #origins: Origins;
  #sockets = 0;
  #watchers: (() => void)[] = [];

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  add(connection: ServedConnection): void {
    this.#sockets += 1;
    this.open.add(connection);
    this.#origins.of(connection.peer.address).open += 1;
  }

  /** The connection that makes room: the longest-idle one, and one that waits for an answer only when all do. */
  longestIdle(): ServedConnection | undefined {
    let longest: ServedConnection | undefined;
    for (const connection of this.open) {
      if (longest === undefined || isIdleLonger(connection, longest)) longest = connection;
    }
    return longest;
  }

  /** A connection that is being destroyed no longer counts, though its socket closes a turn later. */
  forget(connection: ServedConnection): void {
    if (!this.open.delete(connection)) return;
    this.#origins.of(connection.peer.address).open -= 1;
    this.leftovers.add(connection);
  }

  /** Its socket is closed; `finished`: and everything it brought is handled. */
  closed(connection: ServedConnection, finished: boolean): void {
    this.forget(connection);
    if (finished) this.leftovers.delete(connection);
    this.#sockets -= 1;
    this.#changed();
  }

  /** Its socket was closed before; now everything it brought is handled as well. */
  finished(connection: ServedConnection): void {
    this.leftovers.delete(connection);
    this.#changed();
  }

  /** Resolves when every socket is closed. */
  async allClosed(): Promise<void> {
    while (this.#sockets > 0) await this.#change();
  }

  /** Resolves when every socket is closed, and everything is handled. */
  async allFinished(): Promise<void> {
    while (this.#sockets > 0 || this.leftovers.size > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  #changed(): void {
    if (this.#watchers.length > 0) for (const wake of this.#watchers.splice(0)) wake();
  }
}

function isIdleLonger(one: ServedConnection, other: ServedConnection): boolean {
  if (one.unoccupied !== other.unoccupied) return one.unoccupied;
  return one.lastActivity < other.lastActivity;
}
