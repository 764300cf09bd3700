/** Statements that one connection keeps prepared at most: those of the commands are some eighty; lists of several lengths make the rest. */
const KEPT = 200;
/**
 * Plans are made anew so often, ms. The server keeps a plan as long as nothing tells it that a table has grown, and what is cheapest for an
 * empty table is a calamity for a million rows.
 */
const PLANS_MS = 10_000;

/** Gives statements the names under which a connection's server keeps them prepared: reading and planning one costs it as much as running it. */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #now: () => number;
  #plannedAt: number;

  /** `now`: monotonic, ms. */
  constructor(now: () => number) {
    this.#now = now;
    this.#plannedAt = now();
  }

  /** The name of a statement; undefined for one that is not to be kept, since enough are. */
  nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= KEPT) return known;
    const name = `taxinav_${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  /** Whether the plans kept so far are to be discarded now; true once each time. */
  plansAreOld(): boolean {
    const now = this.#now();
    if (now - this.#plannedAt < PLANS_MS) return false;
    this.#plannedAt = now;
    return true;
  }
}
