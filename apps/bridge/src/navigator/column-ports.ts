import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '@taxinav/bridge-contract';
import { TransportError, type MessageListener } from '@taxinav/transport';
import type { Column } from '../column.ts';
import { RefusedPeers, type RefusedPeer } from './refused-peers.ts';
import { openRequests, type RequestsParts } from './requests.ts';

/** How long a port that closes answers what it has read. */
const SETTLE_MS = 1_000;

type Columns = ReadonlyMap<string, Column>;

/** What opening the ports needs. */
export interface ColumnPortsParts {
  /** As configured now. */
  readonly columns: () => Columns;
  readonly configuration: () => Configuration;
  /** What comes in goes to the jobs. */
  readonly requests: () => Omit<RequestsParts, 'refused'>;
}

/** The ports on which Taxi Navigator connects, one a column [TN-3]; a reload opens, keeps and closes them. */
export class ColumnPorts {
  readonly #parts: ColumnPortsParts;
  readonly #open = new Map<string, MessageListener>();
  readonly #refused = new Map<string, RefusedPeers>();

  constructor(parts: ColumnPortsParts) {
    this.#parts = parts;
  }

  /** Undefined while the column's port is closed. */
  of(columnId: string): MessageListener | undefined {
    return this.#open.get(columnId);
  }

  /** Who was turned away at a column's port, the last first. */
  refused(columnId: string): readonly RefusedPeer[] {
    return this.#refused.get(columnId)?.list() ?? [];
  }

  /** @throws TransportError naming the key of the port that cannot be opened */
  async open(): Promise<void> {
    for (const id of this.#parts.columns().keys()) this.#open.set(id, await this.#openPort(id));
  }

  /**
   * Follows a configuration that is in force already.
   *
   * @throws TransportError when a port cannot be opened; those that were opened for it are closed again
   */
  async follow(before: { readonly columns: Columns; readonly configuration: Configuration }): Promise<void> {
    const columns = this.#parts.columns();
    const wireChanged = !isDeepStrictEqual(wireOf(this.#parts.configuration()), wireOf(before.configuration));
    const opened: [string, MessageListener][] = [];
    const closing: MessageListener[] = [];
    try {
      for (const { id, configuration: next } of columns.values()) {
        const listener = this.#open.get(id);
        const last = before.columns.get(id)?.configuration;
        const same = last !== undefined && isDeepStrictEqual(last.listen, next.listen) && last.encoding === next.encoding && !wireChanged;
        if (listener !== undefined && same) {
          listener.allow(next.allow);
          continue;
        }
        // A port that is kept under other rules has to be free before it can be opened again.
        if (listener !== undefined && isDeepStrictEqual(last?.listen, next.listen)) await listener.drain(SETTLE_MS);
        else if (listener !== undefined) closing.push(listener);
        opened.push([id, await this.#openPort(id)]);
      }
    } catch (error) {
      for (const [, listener] of opened) await listener.close();
      throw error;
    }
    for (const [id, listener] of this.#open) if (!columns.has(id)) closing.push(listener);
    for (const id of this.#open.keys()) if (!columns.has(id)) this.#open.delete(id);
    for (const [id, listener] of opened) this.#open.set(id, listener);
    await Promise.all(closing.map((listener) => listener.drain(SETTLE_MS)));
  }

  /** Accepts nothing more and answers what was read. */
  async drain(): Promise<void> {
    await Promise.all([...this.#open.values()].map((listener) => listener.drain(SETTLE_MS)));
  }

  async #openPort(columnId: string): Promise<MessageListener> {
    const current = (): Column => {
      const column = this.#parts.columns().get(columnId);
      if (column === undefined) throw new RangeError(`column ${columnId} is not configured any more`);
      return column;
    };
    const requests = this.#parts.requests();
    const refused: RequestsParts['refused'] = (id, address, reason) => {
      const peers = this.#refused.get(id) ?? new RefusedPeers();
      this.#refused.set(id, peers);
      peers.note(address, reason, requests.clock.now());
    };
    try {
      return await openRequests(current, this.#parts.configuration(), { ...requests, refused });
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const index = [...this.#parts.columns().keys()].indexOf(columnId);
      throw new TransportError(error.code, `columns[${index}].listen: ${error.message}`, { cause: error });
    }
  }
}

function wireOf({ wire, trustedProxies }: Configuration): unknown {
  return { wire, trustedProxies };
}
