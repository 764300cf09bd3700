import type { Configuration } from '@taxinav/bridge-contract';
import { NodeWatch, type Owner, type Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import type { Logger } from './logging.ts';
import { ANSWER_MS, untilNoneIsLeft, type ChangedRows } from './personal-data.ts';

/** A write at least this often shows that the database takes them, and other nodes that this one lives. */
const BEAT_MS = 3_000;
/** Beats that may fail before the bridge is not ready. */
const MISSED_BEATS = 4;
const RETENTION_EVERY_MS = 3_600_000;
/** What is left after this waits for the next beat. */
const RETENTION_MS = 1_000;

/** What the upkeep needs. */
export interface UpkeepParts {
  readonly tracker: Pick<Tracker, 'renew' | 'retain' | 'nodes' | 'forgetNode'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly owner: Owner;
  readonly retention: () => Configuration['retention'];
  /** Whether other nodes use the same database. */
  readonly othersPossible: boolean;
  /** Looks whether the wall clock was set. */
  readonly lookAtClock: () => void;
  readonly signal: AbortSignal;
}

/** What a bridge does beside its work: shows that the database takes writes, follows a wall clock that is set, forgets what is old. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #lastBeat = Number.NEGATIVE_INFINITY;
  #failing = false;
  #nextRetention: number;
  #retaining = 0;
  readonly #others: NodeWatch;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#others = new NodeWatch(parts.owner.node);
    this.#nextRetention = parts.clock.monotonic();
  }

  /** Whether the database has taken a write lately. */
  get databaseWorks(): boolean {
    return this.#parts.clock.monotonic() - this.#lastBeat < MISSED_BEATS * BEAT_MS;
  }

  /** The first beat; rejects when the database does not take it. */
  async start(): Promise<void> {
    await this.#beat();
  }

  /** Removes what is past its days now, for `withinMs` at most. */
  async retain(withinMs: number = ANSWER_MS): Promise<ChangedRows> {
    const { tracker, clock, retention } = this.#parts;
    this.#retaining += 1;
    try {
      return await untilNoneIsLeft(() => tracker.retain({ now: clock.now(), ...retention() }), this.#parts, withinMs);
    } finally {
      this.#retaining -= 1;
    }
  }

  /** Beats until the signal aborts. */
  async run(): Promise<void> {
    const { clock, log, signal } = this.#parts;
    while (!signal.aborted) {
      try {
        await clock.sleep(BEAT_MS, signal);
        this.#parts.lookAtClock();
        await this.#beat();
        if (this.#failing) log.info({ event: 'database-back' }, 'the database takes writes again');
        this.#failing = false;
        if (this.#parts.othersPossible) await this.#forgetTheDead();
        await this.#retainHourly();
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#failing) log.error({ event: 'database-refuses', err: error }, 'the database takes no writes: SayText are not accepted');
        this.#failing = true;
      }
    }
  }

  async #beat(): Promise<void> {
    const { tracker, clock, owner } = this.#parts;
    await tracker.renew({ now: clock.now(), ...owner });
    this.#lastBeat = clock.monotonic();
  }

  /** What a dead node had claimed is given back; its calls are the business of who holds their PBX. */
  async #forgetTheDead(): Promise<void> {
    const { tracker, clock, log } = this.#parts;
    const nodes = await tracker.nodes();
    for (const seen of this.#others.look(nodes, clock.monotonic()))
      if (await tracker.forgetNode({ now: clock.now(), seen }))
        log.warn({ event: 'node-dead', node: seen.node }, 'another node stands still: what it had claimed is given back');
  }

  async #retainHourly(): Promise<void> {
    const { clock, log } = this.#parts;
    if (clock.monotonic() < this.#nextRetention || this.#retaining > 0) return;
    // A beat must not wait for all of it: another node would take this one for dead.
    const { rows, more } = await this.retain(RETENTION_MS);
    if (!more) this.#nextRetention = clock.monotonic() + RETENTION_EVERY_MS;
    if (rows > 0) log.info({ event: 'retention', rows }, 'texts and numbers past their days were removed');
  }
}
