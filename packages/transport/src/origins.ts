import { AddressList, normalAddress } from './address-list.ts';

/** Addresses without an open connection that are remembered, so that one that comes again and again is judged once. */
const REMEMBERED = 1_024;

/** An address that connections come from. */
export interface Origin {
  /** Its one spelling, see `normalAddress`. */
  readonly address: string;
  /** Whether it may connect. */
  readonly allowed: boolean;
  /** How many of its connections are open. */
  open: number;
}

/** Where a listener's connections come from: who may connect, and how many each has open. */
export class Origins {
  #allowed: AddressList;
  /** By every spelling that was seen. */
  #known = new Map<string, Origin>();
  #most = REMEMBERED;

  constructor(allowed: AddressList) {
    this.#allowed = allowed;
  }

  /** How many spellings are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** The origin of an address in any spelling. */
  of(spelling: string): Origin {
    return this.#known.get(spelling) ?? this.#meet(spelling);
  }

  /** Replaces the list of who may connect. */
  allow(allowed: AddressList): void {
    this.#allowed = allowed;
    const before = this.#known;
    this.#known = new Map();
    for (const { address, open } of before.values()) if (open > 0) this.of(address).open = open;
  }

  #meet(spelling: string): Origin {
    if (this.#known.size >= this.#most) this.#forgetTheAbsent();
    const address = normalAddress(spelling);
    let origin = this.#known.get(address);
    if (origin === undefined) {
      origin = { address, allowed: this.#allowed.covers(address), open: 0 };
      this.#known.set(address, origin);
    }
    this.#known.set(spelling, origin);
    return origin;
  }

  #forgetTheAbsent(): void {
    for (const [spelling, { open }] of this.#known) if (open === 0) this.#known.delete(spelling);
    // Where most are present, a search would find little: it is made again when their number has doubled.
    this.#most = Math.max(REMEMBERED, this.#known.size * 2);
  }
}
