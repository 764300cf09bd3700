import type { NodeState } from './leases.ts';
import { Standstill } from './standstill.ts';

/** How long a heart must stand still, ms. @defaultValue 10,000 */
export interface NodeWatchOptions {
  readonly lengthMs?: number;
}

/** Sees which other nodes are dead: their heartbeat (`renew`) has stood still for the length, by the own monotonic clock. */
export class NodeWatch {
  readonly #self: string;
  readonly #lengthMs: number;
  #hearts = new Map<string, Standstill>();

  constructor(self: string, { lengthMs = 10_000 }: NodeWatchOptions = {}) {
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
