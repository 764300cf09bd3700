import type { Owner, TakenIntent, Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import { WakeUp } from '../wake-up.ts';
import type { Logger } from '../logging.ts';

/** How long a Dial or Conference waits for the node that holds the PBX; then it is refused. */
const WAIT_MS = 1_000;
const LOOK_MS = 50;

/**
 * Who places a call: this node, which holds the PBX; or, with `intent`, the node that does. Goes into `openCall` as it is.
 */
export type Placement = (Owner & { readonly intent?: never }) | (Owner & { readonly lease: string; readonly intent: true });

/** What waiting for the holder needs. */
export interface AwaitParts {
  readonly tracker: Pick<Tracker, 'callState' | 'withdrawIntent'>;
  readonly clock: Clock;
}

/**
 * Waits until the holder of the PBX has taken a Dial or Conference of this node; false when it was withdrawn after 1 s, and then
 * nobody will place it.
 */
export async function takenByHolder(callId: string, { tracker, clock }: AwaitParts): Promise<boolean> {
  const deadline = clock.monotonic() + WAIT_MS;
  while (clock.monotonic() < deadline) {
    const call = await tracker.callState({ callId });
    if (call !== undefined && call.state !== 'intended') return true;
    await clock.sleep(LOOK_MS);
  }
  return !(await tracker.withdrawIntent({ now: clock.now(), callId }));
}

/** What taking needs. */
export interface IntentsParts {
  readonly tracker: Pick<Tracker, 'takeIntents'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly owner: Owner & { readonly lease: string };
  /** Places it; what becomes of it is stored there. */
  readonly place: (intent: TakenIntent) => Promise<void>;
}

/** How often other nodes' requests are looked for where no hint came: half of what they wait. */
const IDLE_MS = 500;

/** Takes the Dials and Conferences that other nodes have accepted for the PBX that this node holds. */
export class Intents {
  readonly #parts: IntentsParts;
  readonly #wakeUp: WakeUp;

  constructor(parts: IntentsParts) {
    this.#parts = parts;
    this.#wakeUp = new WakeUp(parts.clock);
  }

  /** There may be one. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /** Takes until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { tracker, clock, log, owner } = this.#parts;
    let failing = false;
    while (!signal.aborted) {
      try {
        const intents = await tracker.takeIntents({ now: clock.now(), ...owner });
        failing = false;
        // One that cannot be placed must not keep the others.
        await Promise.all(intents.map((intent) => this.#place(intent)));
      } catch (error) {
        if (signal.aborted) return;
        if (!failing) log.error({ event: 'claim-failed', what: 'intents', err: error }, "other nodes' requests could not be read");
        failing = true;
      }
      await this.#wakeUp.sleep(IDLE_MS, signal);
    }
  }

  async #place(intent: TakenIntent): Promise<void> {
    try {
      await this.#parts.place(intent);
    } catch (error) {
      this.#parts.log.error({ event: 'call-failed', callId: intent.callId, err: error }, "another node's request could not be placed");
    }
  }
}
