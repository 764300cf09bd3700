import type { LeaseState } from './leases.ts';
import { Standstill } from './standstill.ts';

/** How a lease is held. */
export interface LeaseHolderOptions {
  /** Another takes the lease after seeing no change for so long, ms; the same on every node. @defaultValue 10,000 */
  readonly lengthMs?: number;
  /** So long before that the holder stops acting by itself, ms. @defaultValue 2,000 */
  readonly marginMs?: number;
}

/** What to do about a lease now. `wait`: nothing, until this monotonic time. */
export type LeaseStep =
  | { readonly do: 'look' }
  | { readonly do: 'take'; readonly seen?: LeaseState }
  | { readonly do: 'renew'; readonly token: number }
  | { readonly do: 'wait'; readonly until: number };

/**
 * One node's part in a lease. It has no timer and reads no clock: its owner asks `next`, does what it says with the tracker, and tells what
 * came of it. Times are of the node's own monotonic clock, ms; a wall clock has no part in it.
 *
 * Two never act at once: the holder counts the age of its lease from before its renewal was sent, and another from after it saw it.
 */
export class LeaseHolder {
  readonly #lengthMs: number;
  readonly #marginMs: number;
  #standstill: Standstill;
  #lookedAt: number | undefined;
  #taking: { readonly seen?: LeaseState } | undefined;
  #held: { readonly token: number; readonly sentAt: number } | undefined;

  /** @throws RangeError when there is no time between margin and length */
  constructor({ lengthMs = 10_000, marginMs = 2_000 }: LeaseHolderOptions = {}) {
    if (!(marginMs > 0 && lengthMs / 3 + marginMs < lengthMs)) {
      throw new RangeError(`LeaseHolder: marginMs must be over 0 and under two thirds of lengthMs, got ${marginMs} and ${lengthMs}`);
    }
    this.#lengthMs = lengthMs;
    this.#marginMs = marginMs;
    this.#standstill = new Standstill(lengthMs);
  }

  get state(): 'standby' | 'holding' {
    return this.#held === undefined ? 'standby' : 'holding';
  }

  /** The token of the lease that is held. */
  get token(): number | undefined {
    return this.#held?.token;
  }

  /** Whether what the lease guards may be begun: it is held, and nobody else can have taken it yet. */
  mayAct(now: number): boolean {
    return this.#held !== undefined && now - this.#held.sentAt < this.#lengthMs - this.#marginMs;
  }

  /** What to do now. Where that fails, ask again a little later. */
  next(now: number): LeaseStep {
    const third = this.#lengthMs / 3;
    if (this.#held !== undefined) {
      const due = this.#held.sentAt + third;
      return now < due ? { do: 'wait', until: due } : { do: 'renew', token: this.#held.token };
    }
    if (this.#taking !== undefined) return { do: 'take', ...this.#taking };
    const due = this.#lookedAt === undefined ? now : this.#lookedAt + third;
    return now < due ? { do: 'wait', until: due } : { do: 'look' };
  }

  /** The lease was looked at. `now`: after the answer had come. */
  looked(shown: LeaseState | undefined, now: number): void {
    if (this.#held !== undefined) return;
    this.#lookedAt = now;
    const still = this.#standstill.look(JSON.stringify([shown?.node, shown?.token, shown?.counter]), now);
    const free = shown?.node === undefined || still >= this.#lengthMs;
    this.#taking = free ? (shown === undefined ? {} : { seen: shown }) : undefined;
  }

  /** The lease was asked for. `sentAt`: before the request was sent. */
  took(taken: LeaseState | undefined, sentAt: number): void {
    this.#taking = undefined;
    this.#lookedAt = undefined;
    this.#standstill = new Standstill(this.#lengthMs);
    this.#held = taken === undefined ? undefined : { token: taken.token, sentAt };
  }

  /** The lease was renewed, or was another's already. `sentAt`: before the request was sent. */
  renewed(held: boolean, sentAt: number): void {
    if (this.#held === undefined) return;
    if (!held) return this.lost();
    this.#held = { token: this.#held.token, sentAt };
  }

  /** A command was refused with TRACKING_LEASE_LOST, or the lease was released. */
  lost(): void {
    this.took(undefined, 0);
  }
}
