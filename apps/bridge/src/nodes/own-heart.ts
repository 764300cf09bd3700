import { NODE_DEAD_AFTER_MS } from '@taxinav/notification-tracking';

/** The margin is for the rates of two clocks. */
const SURELY_ALIVE_MS = NODE_DEAD_AFTER_MS - 1_000;

/**
 * The heartbeat of this node as others may have seen it: between two beats that are too far apart they may have given back what it had
 * claimed, and sent it. All times are of the own monotonic clock, ms.
 */
export class OwnHeart {
  #sentAt = Number.NEGATIVE_INFINITY;
  #aliveSince = Number.POSITIVE_INFINITY;

  /** A beat that was sent at `sentAt` has been stored, as it is known `now`. */
  hasBeaten(sentAt: number, now: number): void {
    if (sentAt - this.#sentAt > SURELY_ALIVE_MS) this.#aliveSince = now;
    this.#sentAt = sentAt;
  }

  /** Whether nobody can have taken this node for dead between `claimedAt`, when a claim was asked for, and `now`. */
  keeps(claimedAt: number, now: number): boolean {
    return claimedAt >= this.#aliveSince && now - this.#sentAt <= SURELY_ALIVE_MS;
  }
}
