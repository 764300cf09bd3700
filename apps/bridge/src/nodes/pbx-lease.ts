import { LeaseHolder, type Owner, type Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import type { Logger } from '../logging.ts';

/** Another node takes the PBX after seeing its holder's counter stand still for so long: with the looks between, a takeover takes 13 s at most. */
const LENGTH_MS = 8_000;
/** So long before that the holder stops asking the PBX by itself. */
const MARGIN_MS = 2_000;
/** The next try after the database did not answer. */
const AGAIN_MS = 1_000;
/** How often the lease's age is looked at while the database does not answer. */
const AGE_MS = 250;

/** What holding a PBX needs. */
export interface PbxLeaseParts {
  readonly tracker: Pick<Tracker, 'lease' | 'takeLease' | 'renewLease' | 'releaseLease'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names the PBX, the same on every node that could use it: its ARI URL. */
  readonly lease: string;
  readonly node: string;
  /** The PBX is ours: what guards its commands from now on. Called again where it rejects, and not before `onLost` of an earlier taking has resolved. */
  readonly onTaken: (owner: Owner) => Promise<void>;
  /** The PBX is another's, or will be: nothing may be asked of it any more. */
  readonly onLost: () => Promise<void>;
  /** It is known who uses the PBX: this node or another. */
  readonly onDecided?: () => void;
}

/**
 * Holds a PBX for this node, or waits for it: one node at a time talks to an Asterisk, and the next takes over when its counter
 * stands still. No clock is compared with another machine's.
 */
export class PbxLease {
  readonly #parts: PbxLeaseParts;
  readonly #holder = new LeaseHolder({ lengthMs: LENGTH_MS, marginMs: MARGIN_MS });
  #owner: Owner | undefined;
  /** Whether the lease was looked at since the start. */
  #looked = false;
  /** Of the lease that this process has let grow old and let go of. */
  #letGo: number | undefined;

  constructor(parts: PbxLeaseParts) {
    this.#parts = parts;
  }

  /** Whether the PBX may be asked for a call now, by this node's own clock. */
  get mayAct(): boolean {
    return this.#holder.mayAct(this.#parts.clock.monotonic());
  }

  /** A command was refused with `TRACKING_LEASE_LOST`. */
  lost(): void {
    this.#holder.lost();
  }

  /** Holds or waits until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, lease } = this.#parts;
    let failing = false;
    while (!signal.aborted) {
      try {
        // A process that stood still lets go before it asks anybody.
        await this.#letGoOfTheOld();
        const step = this.#step();
        await this.#whileItLasts(step);
        const until = await step;
        if (failing) log.info({ event: 'lease-works', lease }, 'the lease of the PBX can be read again');
        failing = false;
        await this.#follow();
        const pause = Math.ceil(until - clock.monotonic());
        if (pause > 0) await clock.sleep(pause, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!failing) log.error({ event: 'lease-failed', lease, err: error }, 'the lease of the PBX could not be read or renewed');
        failing = true;
        await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
      }
    }
  }

  /** Gives it up, so that the next node need not wait. */
  async release(): Promise<void> {
    const { tracker, clock, lease, node } = this.#parts;
    const { token } = this.#holder;
    this.#holder.lost();
    this.#owner = undefined;
    if (token !== undefined) await tracker.releaseLease({ now: clock.now(), lease, node, token });
  }

  /** Does what is due; returns the monotonic time of the next look. */
  async #step(): Promise<number> {
    const { tracker, clock, lease, node } = this.#parts;
    const sentAt = clock.monotonic();
    const step = this.#holder.next(sentAt);
    const now = clock.now();
    switch (step.do) {
      case 'wait':
        return this.#owner === undefined ? step.until : Math.min(step.until, sentAt + AGAIN_MS);
      case 'look':
        return await this.#look(sentAt);
      case 'take': {
        const { seen } = step;
        this.#holder.took(await tracker.takeLease({ now, lease, node, ...(seen === undefined ? {} : { seen }) }), sentAt);
        return sentAt;
      }
      case 'renew':
        this.#holder.renewed(await tracker.renewLease({ now, lease, node, token: step.token }), sentAt);
        return sentAt;
      default:
        return step satisfies never;
    }
  }

  async #look(sentAt: number): Promise<number> {
    const { tracker, clock, lease, node } = this.#parts;
    const seen = await tracker.lease({ lease });
    // Nobody has taken what this process let go of while its database was away, or what one of its name held before it was started: there
    // is nobody to wait for. Should that one live after all, its token is worth nothing from here on.
    const left = this.#looked ? seen?.token === this.#letGo : true;
    this.#looked = true;
    if (seen !== undefined && seen.node === node && left) {
      this.#holder.took(await tracker.takeLease({ now: clock.now(), lease, node, seen }), sentAt);
    } else this.#holder.looked(seen, clock.monotonic());
    return sentAt;
  }

  /** While the database is asked: lets go as soon as the lease is too old, however long the answer takes. */
  async #whileItLasts(step: Promise<unknown>): Promise<void> {
    if (this.#owner === undefined) return;
    const answered = new AbortController();
    const over = (): void => answered.abort();
    void step.then(over, over);
    while (!answered.signal.aborted) {
      await this.#parts.clock.sleep(AGE_MS, answered.signal).catch(() => undefined);
      await this.#letGoOfTheOld();
    }
  }

  /** A lease that is too old is as good as lost, for another may hold it already. */
  async #letGoOfTheOld(): Promise<void> {
    const { log, lease } = this.#parts;
    const held = this.mayAct ? this.#holder.token : undefined;
    const owner = this.#owner;
    if (owner === undefined || owner.token === held) return;
    this.#owner = undefined;
    // Too old, and not known to be another's: it is asked for anew like any other.
    this.#holder.lost();
    log.warn({ event: 'pbx-lost', lease }, 'another node may use the PBX: nothing more is asked of it here');
    await this.#parts.onLost();
    // Not before: only then is nothing asked of the PBX under it any more.
    this.#letGo = owner.token;
  }

  /** Tells of what has changed. */
  async #follow(): Promise<void> {
    const { log, lease, node } = this.#parts;
    await this.#letGoOfTheOld();
    const held = this.mayAct ? this.#holder.token : undefined;
    if (this.#owner === undefined && held !== undefined) {
      const owner = { node, token: held, lease };
      await this.#parts.onTaken(owner);
      this.#owner = owner;
      log.info({ event: 'pbx-held', lease, token: held }, 'this node uses the PBX');
    }
    if (this.#owner !== undefined || this.#holder.next(this.#parts.clock.monotonic()).do === 'wait') this.#parts.onDecided?.();
  }
}
