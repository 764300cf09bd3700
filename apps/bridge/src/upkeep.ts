import type { Configuration } from '@taxinav/bridge-contract';
import type { Owner, Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import type { Logger } from './logging.ts';
import type { OtherNodes } from './nodes/other-nodes.ts';
import { OwnHeart } from './nodes/own-heart.ts';
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
  readonly tracker: Pick<Tracker, 'renew' | 'retain'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly owner: Owner;
  readonly retention: () => Configuration['retention'];
  /** Absent where no other node uses the same database. */
  readonly others?: Pick<OtherNodes, 'look'> | undefined;
  /** Looks whether the wall clock was set. */
  readonly lookAtClock: () => void;
  readonly signal: AbortSignal;
}

/** What a bridge does beside its work: shows that the database takes writes, follows a wall clock that is set, forgets what is old. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #heart = new OwnHeart();
  #lastBeat = Number.NEGATIVE_INFINITY;
  #failing = false;
  #nextRetention: number;
  #retaining = 0;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#nextRetention = parts.clock.monotonic();
  }

  /** Whether the database has taken a write lately. */
  get databaseWorks(): boolean {
    return this.#parts.clock.monotonic() - this.#lastBeat < MISSED_BEATS * BEAT_MS;
  }

  /**
   * Whether what was claimed is surely still this node's. `claimedAt`: monotonic ms, when the claim was asked for. A process that was frozen,
   * or whose database was slow, may find that another node has sent what it had claimed, and what came after it.
   */
  keeps(claimedAt: number): boolean {
    return this.#parts.others === undefined || this.#heart.keeps(claimedAt, this.#parts.clock.monotonic());
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
        await this.#parts.others?.look();
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
    const sentAt = clock.monotonic();
    await tracker.renew({ now: clock.now(), ...owner });
    this.#lastBeat = clock.monotonic();
    this.#heart.hasBeaten(sentAt, this.#lastBeat);
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
