import type { Owner, Recovery, TakenIntent, Tracker } from '@taxinav/notification-tracking';
import type { Pbx } from '@taxinav/telephony';
import { Dialler, type DiallerParts } from '../dialling/dialler.ts';
import { reconcile, type RecoveryParts } from '../dialling/recovery.ts';
import { untilReady } from '../dialling/until-ready.ts';
import type { Background } from '../background.ts';
import { guardedBy } from './guarded-tracker.ts';
import { Intents } from './intents.ts';

/** How long a start waits for its PBX; one that is away then does not hold it. */
const PBX_MS = 2_000;

/** What using a PBX needs. */
export interface CallControlParts
  extends
    Omit<DiallerParts, 'owner' | 'pbx' | 'signal' | 'tracker'>,
    Omit<RecoveryParts, 'pbx' | 'dialler' | 'signal' | 'tracker' | 'background'> {
  readonly tracker: Tracker;
  readonly pbx: Pbx;
  readonly background: Background;
  /** Of the whole bridge. */
  readonly stopping: AbortSignal;
  /** Guards every command about its calls; without `lease` this is the only node. */
  readonly owner: Owner;
  /** Places a Dial or Conference that another node has accepted. */
  readonly place: (intent: TakenIntent, control: CallControl) => Promise<void>;
}

/**
 * What a node does while it may use the PBX: hears it, adopts the calls that are alive on it, dials, and places what other nodes
 * have accepted. Used once, from the taking of the PBX until it is lost.
 */
export class CallControl {
  readonly owner: Owner;
  /** Aborts when the PBX is another's, or when the bridge stops. */
  readonly signal: AbortSignal;
  /** Refuses commands about calls once the PBX is another's. */
  readonly tracker: Tracker;
  readonly #parts: CallControlParts;
  readonly #lost = new AbortController();
  readonly #dialler: Dialler;
  readonly #intents: Intents | undefined;

  constructor(parts: CallControlParts) {
    this.#parts = parts;
    this.owner = parts.owner;
    this.signal = AbortSignal.any([parts.stopping, this.#lost.signal]);
    this.tracker = guardedBy(parts.owner, parts.tracker);
    this.#dialler = new Dialler({ ...parts, tracker: this.tracker, signal: this.signal });
    const { owner } = parts;
    const { lease } = owner;
    this.#intents =
      lease === undefined ? undefined : new Intents({ ...parts, owner: { ...owner, lease }, place: (intent) => parts.place(intent, this) });
  }

  /** Hears the PBX and adopts what is alive there, by the store's knowledge. */
  async start(recovery: Recovery): Promise<void> {
    const { pbx, clock, background } = this.#parts;
    await pbx.start();
    // Whoever is told that we are ready may ask for a call at once.
    await untilReady(pbx, clock, PBX_MS);
    if (this.signal.aborted) return;
    const reconciled = reconcile(recovery, { ...this.#parts, tracker: this.tracker, signal: this.signal, dialler: this.#dialler });
    // Once the PBX is another's, its holder reconciles, and what this node still asks for is refused.
    background.run(
      reconciled.catch((error: unknown) => {
        if (!this.signal.aborted) throw error;
      }),
    );
    this.#dialler.start();
    if (this.#intents !== undefined) background.run(this.#intents.run(this.signal));
  }

  /** There may be something to dial. */
  wake(): void {
    this.#dialler.wake();
  }

  /** Hangs up an announcement that this node has placed; any other is another's. */
  cancel(callId: string): Promise<void> {
    return this.#dialler.cancel(callId);
  }

  /** Another node may have accepted something for us. */
  wakeIntents(): void {
    this.#intents?.wake();
  }

  /** The bridge stops: claims nothing more, hangs up what rings, lets play what plays for `playMs`. */
  async stop(playMs: number): Promise<void> {
    await this.#dialler.stop(playMs);
  }

  /** The PBX is another node's: it adopts the calls, so nobody is hung up on. */
  async letGo(): Promise<void> {
    this.#lost.abort();
    // At once, whatever the dialler still waits for: a socket that stays would be opened again and take the application from the next holder.
    await Promise.all([this.#parts.pbx.stop(), this.#dialler.letGo()]);
  }
}
