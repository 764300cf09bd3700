import type { LeaseInUse, LeaseState } from './leases.ts';
import { Standstill } from './standstill.ts';

/** When nobody comes back for a PBX any more; see {@link LeaseWatch}. */
export interface LeaseWatchOptions {
  /** For what nobody has answered, ms: longer than set-up, ringing and announcement together can last. @defaultValue 900,000 (15 min) */
  readonly abandonedMs?: number;
  /** For what was answered, ms: longer than anybody may talk. @defaultValue 10,800,000 (3 h) */
  readonly abandonedTalkMs?: number;
  /** Looks that are further apart do not count as one, ms. @defaultValue 30,000 */
  readonly gapMs?: number;
}

/** A lease that nobody came back for. `talks`: also what was answered is over by now. */
export interface AbandonedLease {
  readonly seen: LeaseState;
  readonly talks: boolean;
}

/**
 * Sees for which PBXs nobody comes back: a host is gone with its bridge, and no other node uses that PBX. Judged by nothing but the own monotonic
 * clock and counters that stand still; by then each call has ended on its PBX by the limits that it was placed with, whether that still runs or not.
 */
export class LeaseWatch {
  readonly #abandonedMs: number;
  readonly #abandonedTalkMs: number;
  readonly #gapMs: number;
  #leases = new Map<string, Standstill>();

  /** @throws RangeError unless `gapMs` < `abandonedMs` ≤ `abandonedTalkMs` */
  constructor({ abandonedMs = 900_000, abandonedTalkMs = 10_800_000, gapMs = 30_000 }: LeaseWatchOptions = {}) {
    if (!(gapMs > 0 && gapMs < abandonedMs && abandonedMs <= abandonedTalkMs)) {
      throw new RangeError(
        `LeaseWatch: expected 0 < gapMs < abandonedMs <= abandonedTalkMs, got ${gapMs}, ${abandonedMs} and ${abandonedTalkMs}`,
      );
    }
    this.#abandonedMs = abandonedMs;
    this.#abandonedTalkMs = abandonedTalkMs;
    this.#gapMs = gapMs;
  }

  /** Takes what `leasesInUse` gave and returns what is to be handed to `endAbandoned`. `now`: monotonic, after the answer had come. */
  look(leases: readonly LeaseInUse[], now: number): readonly AbandonedLease[] {
    const before = this.#leases;
    this.#leases = new Map();
    return leases.flatMap(({ lease, node, token, counter, unanswered, talking }) => {
      const standstill = before.get(lease) ?? new Standstill(this.#gapMs);
      this.#leases.set(lease, standstill);
      const still = standstill.look(JSON.stringify([node, token, counter]), now);
      const talks = talking > 0 && still >= this.#abandonedTalkMs;
      if (!talks && (unanswered === 0 || still < this.#abandonedMs)) return [];
      return [{ seen: { lease, token, counter, ...(node === undefined ? {} : { node }) }, talks }];
    });
  }
}
