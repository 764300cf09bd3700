import type { NodeState } from './leases.ts';
import { Standstill } from './standstill.ts';

/** For how long a node's heart stands still until others take it for dead, ms: no claim is surely its own after that. */
export const NODE_DEAD_AFTER_MS = 10_000;

/** How long a heart must stand still, ms. @defaultValue {@link NODE_DEAD_AFTER_MS} */
export interface NodeWatchOptions {
  readonly lengthMs?: number;
}

/** Sees which other nodes are dead: their heartbeat (`renew`) has stood still for the length, by the own monotonic clock. */
export class NodeWatch {
  readonly #self: string;
  readonly #lengthMs: number;
  #hearts = new Map<string, Standstill>();

  constructor(self: string, { lengthMs = NODE_DEAD_AFTER_MS }: NodeWatchOptions = {}) {
    this.#self = self;
    this.#lengthMs = lengthMs;
  }

  /** Takes what `nodes` gave and returns the dead, to be handed to `forgetNode`. `now`: monotonic, after the answer had come. */
  look(nodes: readonly NodeState[], now: number): readonly NodeState[] {
    const hearts = new Map<string, Standstill>();
    const dead = nodes.filter(({ node, beat }) => {
      const heart = this.#hearts.get(node) ?? new Standstill(this.#lengthMs);
      hearts.set(node, heart);
      return heart.look(String(beat), now) >= this.#lengthMs && node !== this.#self;
    });
    this.#hearts = hearts;
    return dead;
  }
}
