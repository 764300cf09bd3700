import type { RefusalReason } from '@taxinav/transport';

/** Addresses that are remembered at most; whoever was not seen for longest is forgotten first. */
export const REFUSED_PEERS = 64;

/** An address whose connections to a column's port were cut as they came in. */
export interface RefusedPeer {
  readonly address: string;
  /** The last one's. */
  readonly reason: RefusalReason;
  readonly count: number;
  /** UTC, ms. */
  readonly lastAt: number;
}

/** Who knocked at a column's port in vain, so that an allow list can be put right without reading logs. */
export class RefusedPeers {
  /** Last seen last. */
  readonly #peers = new Map<string, RefusedPeer>();

  /** A connection from this address was cut at accept. */
  note(address: string, reason: RefusalReason, at: number): void {
    const before = this.#peers.get(address);
    this.#peers.delete(address);
    this.#peers.set(address, { address, reason, count: (before?.count ?? 0) + 1, lastAt: at });
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > REFUSED_PEERS && oldest !== undefined) this.#peers.delete(oldest);
  }

  /** Last seen first. */
  list(): readonly RefusedPeer[] {
    return [...this.#peers.values()].toReversed();
  }
}
