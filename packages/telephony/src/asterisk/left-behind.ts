import type { Clock } from '../clock.ts';
import type { CallId } from '../pbx.ts';
import { startTimer } from '../timer.ts';
import type { AriClient } from './ari-client.ts';
import { isAriError } from './ari-error.ts';
import { CallIdMemory } from './call-id-memory.ts';
import { callIdOfChannel } from './channel-ids.ts';
import type { AsteriskWarning } from './options.ts';

/** Pauses between asking for the same end, milliseconds: doubled up to the longest. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** How long a request that nobody confirmed may still be carried out, milliseconds. */
const LATE_MS = 120_000;

/** What {@link LeftBehind} needs of the driver. */
export interface LeftBehindParts {
  readonly clock: Clock;
  readonly client: Pick<AriClient, 'hangUp' | 'destroyBridge'>;
  readonly warn: (warning: AsteriskWarning) => void;
  /** None while the PBX is away. */
  readonly connection: () => number | undefined;
}

/**
 * What Asterisk still has, or comes to have, of calls that are over. A request that nobody confirmed may be carried out late: then a phone
 * rings for a call that was judged long ago, and nobody would speak to whoever answers. Its channel is hung up as soon as it is heard of.
 *
 * Only what this driver has followed itself or was asked for twice in vain is taken for over, and what an installation's calls are only
 * after a reconciliation with its prefix: another holder's calls are never touched.
 */
export class LeftBehind {
  readonly #parts: LeftBehindParts;
  readonly #over = new CallIdMemory();
  readonly #absentOnce = new CallIdMemory();
  #prefix: string | undefined;
  /** What is being ended, with how to call off the next try. */
  readonly #ending = new Map<string, () => void>();

  constructor(parts: LeftBehindParts) {
    this.#parts = parts;
  }

  /** Whether this driver followed it to its end, or was asked for it twice in vain. */
  isOver(callId: CallId): boolean {
    return this.#over.has(callId);
  }

  /** Whether a call that this driver does not follow, and has just heard of, is of its installation: an earlier process asked for it and settled it. */
  isStray(callId: CallId): boolean {
    return this.#prefix !== undefined && callId.startsWith(this.#prefix) && !this.#absentOnce.has(callId);
  }

  /** From now on every call whose id begins so is followed by this driver, or wanted by nobody. */
  watch(callIdPrefix: string): void {
    this.#prefix = callIdPrefix;
  }

  /** Its end was told. */
  over(callId: CallId): void {
    this.#over.add(callId);
  }

  /** Somebody asks whether it is alive: whatever was thought of it, it may be adopted. */
  wanted(callId: CallId): void {
    this.#over.delete(callId);
  }

  /** It was asked for and not there; twice, and whoever asked takes it for lost. */
  absent(callId: CallId): void {
    if (!this.#absentOnce.has(callId)) {
      this.#absentOnce.add(callId);
      return;
    }
    this.#over.add(callId);
    // A bridge outlives its channels, and nobody else knows of it.
    this.bridge(callId, false);
  }

  /** Hangs up a channel, until it is gone. */
  hangUp(channelId: string): void {
    // The far half of a Local channel goes with its near one.
    if (channelId.includes(';')) return;
    const callId = callIdOfChannel(channelId) ?? channelId;
    let isTold = false;
    this.#end(channelId, 0, async () => {
      await this.#parts.client.hangUp(channelId);
      const message = `Channel ${channelId} belonged to no call any more and was hung up.`;
      if (!isTold) this.#parts.warn({ code: 'ORPHAN_HUNG_UP', message, callId });
      isTold = true;
      return 'asked';
    });
  }

  /** Takes a bridge away, until it is gone; where it is `doubted` whether it was made, for as long as it may still be. */
  bridge(bridgeId: string, doubted: boolean): void {
    this.#end(`bridge ${bridgeId}`, doubted ? LATE_MS : 0, async () => {
      await this.#parts.client.destroyBridge(bridgeId);
      return 'gone';
    });
  }

  /** Forgets everything: what is left is the next process's to find. */
  stop(): void {
    for (const callOff of this.#ending.values()) callOff();
    this.#ending.clear();
    this.#over.clear();
    this.#absentOnce.clear();
    this.#prefix = undefined;
  }

  #end(what: string, lateMs: number, ask: () => Promise<'asked' | 'gone'>): void {
    if (this.#ending.has(what)) return;
    this.#ending.set(what, () => {});
    void this.#try(what, this.#parts.clock.monotonic() + lateMs, ask, FIRST_PAUSE_MS);
  }

  async #try(what: string, until: number, ask: () => Promise<'asked' | 'gone'>, pauseMs: number): Promise<void> {
    const { clock, connection, warn } = this.#parts;
    let isGone = false;
    try {
      isGone = connection() !== undefined && (await ask()) === 'gone';
    } catch (cause) {
      isGone = isAriError(cause, 'ARI_NOT_FOUND');
      if (!isGone) warn({ code: 'ARI_REQUEST_FAILED', message: `${what}, of a call that is over, cannot be ended yet.`, cause });
    }
    if (isGone && clock.monotonic() >= until) this.#ending.delete(what);
    if (!this.#ending.has(what)) return;
    const again = (): void => void this.#try(what, until, ask, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
    this.#ending.set(what, startTimer(clock, pauseMs, again));
  }
}
