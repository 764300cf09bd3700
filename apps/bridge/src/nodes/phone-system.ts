import type { Owner, Recovery, TakenIntent } from '@taxinav/notification-tracking';
import type { Pbx } from '@taxinav/telephony';
import { CallControl, type CallControlParts } from './call-control.ts';
import type { Placement } from './intents.ts';
import { PbxLease } from './pbx-lease.ts';

/** How long a start waits to learn who uses the PBX. */
const DECIDED_MS = 2_000;

/** What a node's part in the phone system needs. */
export interface PhoneSystemParts extends Omit<CallControlParts, 'owner' | 'place'> {
  /** This node, without any lease. */
  readonly self: Owner;
  /** The PBX as all nodes that could use it name it; undefined where the database has one process, and that process the PBX. */
  readonly lease: string | undefined;
  readonly place: (intent: TakenIntent, control: CallControl) => Promise<void>;
}

/**
 * This node's part in the phone system: alone where the database has one process, else by turns, one node at a time.
 * A node that waits accepts everything; who holds the PBX places it.
 */
export class PhoneSystem {
  readonly #parts: PhoneSystemParts;
  readonly #lease: PbxLease | undefined;
  readonly #decided = Promise.withResolvers<void>();
  #control: CallControl | undefined;

  constructor(parts: PhoneSystemParts) {
    this.#parts = parts;
    if (parts.lease === undefined) return;
    this.#lease = new PbxLease({
      ...parts,
      lease: parts.lease,
      node: parts.self.node,
      onTaken: (owner) => this.#take(owner),
      onLost: () => this.#letGo(),
      onDecided: () => this.#decided.resolve(),
    });
  }

  /** Whether the PBX may be asked for a call now; looked at before each originate. */
  get mayOriginate(): boolean {
    return this.#control !== undefined && (this.#lease === undefined || this.#lease.mayAct);
  }

  /** What this node does with the PBX; undefined while another node uses it. */
  get control(): CallControl | undefined {
    return this.#control;
  }

  /** `standby`: another node uses the PBX. */
  get state(): Pbx['state'] | 'standby' {
    return this.#control === undefined ? 'standby' : this.#parts.pbx.state;
  }

  /** Who places a Dial or Conference that is accepted here. */
  get placement(): Placement {
    const { self, lease } = this.#parts;
    if (this.#control !== undefined || lease === undefined) return this.#control?.owner ?? self;
    return { ...self, lease, intent: true };
  }

  /** `recovery`: what this node had left, where it is alone. */
  async start(recovery: Recovery): Promise<void> {
    const { clock, background, stopping, self } = this.#parts;
    if (this.#lease === undefined) {
      const control = this.#newControl(self);
      this.#control = control;
      await control.start(recovery);
      return;
    }
    background.run(this.#lease.run(stopping));
    const decided = new AbortController();
    await Promise.race([this.#decided.promise, clock.sleep(DECIDED_MS, decided.signal).catch(() => undefined)]);
    decided.abort();
  }

  /** There may be something to dial. */
  wake(): void {
    this.#control?.wake();
  }

  /** Another node may have accepted a Dial or Conference for the holder of this lease. */
  wakeIntents(lease: string): void {
    if (lease === this.#parts.lease) this.#control?.wakeIntents();
  }

  /** The bridge stops: claims nothing more, hangs up what rings, lets play what plays for `playMs`. */
  async stop(playMs: number): Promise<void> {
    await this.#control?.stop(playMs);
  }

  /** After the stop: another node need not wait. */
  async release(): Promise<void> {
    this.#control = undefined;
    await this.#lease?.release();
  }

  async #take(owner: Owner): Promise<void> {
    const { tracker, clock } = this.#parts;
    const recovery = await tracker.recover({ now: clock.now(), ...owner });
    const control = this.#newControl(owner);
    this.#control = control;
    await control.start(recovery);
  }

  async #letGo(): Promise<void> {
    const control = this.#control;
    this.#control = undefined;
    await control?.letGo();
  }

  #newControl(owner: Owner): CallControl {
    return new CallControl({ ...this.#parts, owner });
  }
}
