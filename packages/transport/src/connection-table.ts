import type { ServedConnection } from './served-connection.ts';

/** The connections of a listener: how many there are, which gives way, and when they are gone. */
export class ConnectionTable {
  /** Those that count: neither closed nor about to be. */
  readonly open: Set<ServedConnection> = new Set();
  /** Also those that are gone, as long as something they brought is being handled. */
  readonly unfinished: Set<ServedConnection> = new Set();
  readonly #perAddress = new Map<string, number>();
  #sockets = 0;
  #watchers: (() => void)[] = [];

  add(connection: ServedConnection): void {
    const { address } = connection.peer;
    this.#sockets += 1;
    this.open.add(connection);
    this.unfinished.add(connection);
    this.#perAddress.set(address, this.from(address) + 1);
  }

  /** How many of the open ones come from this address. */
  from(address: string): number {
    return this.#perAddress.get(address) ?? 0;
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
    const { address } = connection.peer;
    const left = this.from(address) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  /** Its socket is closed. */
  closed(connection: ServedConnection): void {
    this.forget(connection);
    this.#sockets -= 1;
    this.#changed();
  }

  /** Its socket is closed, and everything it brought is handled. */
  finished(connection: ServedConnection): void {
    this.unfinished.delete(connection);
    this.#changed();
  }

  /** Resolves when every socket is closed. */
  async allClosed(): Promise<void> {
    while (this.#sockets > 0) await this.#change();
  }

  /** Resolves when every socket is closed, and everything is handled. */
  async allFinished(): Promise<void> {
    while (this.unfinished.size > 0) await this.#change();
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
