import type { Clock } from '../clock.ts';
import type { IncomingCall, Pbx } from '../pbx.ts';

/** What the phone network in miniature is told. */
export interface SimulatedPbxOptions {
  readonly clock: Clock;
  /** Speaking speed of announcements, characters per second. @defaultValue 15 */
  readonly charactersPerSecond?: number;
  /** Outside legs the network carries at once; beyond it an originate ends with cause 34. @defaultValue 512 */
  readonly trunks?: number;
}

/** A Pbx without a phone network: the last digit of the number decides. Besides, tests may disturb it. */
export interface SimulatedPbx extends Pbx {
  /** Rings one of the company's lines. A linked id seen before in the last minute is ignored, as a PBX's second event would be. */
  callIn(call: Omit<IncomingCall, 'at'>): void;
  /** Every originate ever made, in order: the network's own journal. */
  readonly originated: readonly { readonly callId: string; readonly endpoint: string; readonly at: number }[];
  /** Calls that are up or being set up. */
  readonly liveCalls: readonly string[];
  /** The connection to the PBX is lost: calls go on unseen until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  /** The PBX itself restarts: every call is gone without a word. */
  restart(): void;
}

/** The embedded default Pbx. */
export function createSimulatedPbx(_options: SimulatedPbxOptions): SimulatedPbx {
  throw new Error('not built yet');
}
