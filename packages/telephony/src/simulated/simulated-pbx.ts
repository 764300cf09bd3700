import type { GivenUp } from '../call-outcome.ts';
import type { Clock } from '../clock.ts';
import { EndpointSilence } from '../endpoint-silence.ts';
import type { Errand } from '../errand.ts';
import { TelephonyError } from '../errors.ts';
import { LinkedIds } from '../linked-ids.ts';
import { notOriginated, usedBefore } from '../not-originated.ts';
import type {
  AnnounceRequest,
  CallId,
  CallSteps,
  IncomingCall,
  IncomingCallOutcome,
  JoinRequest,
  LiveCall,
  Pbx,
  PbxState,
} from '../pbx.ts';
import { PbxListeners } from '../pbx-listeners.ts';
import { checkAnnounceRequest, checkJoinRequest } from '../requests.ts';
import { FollowedCall, type FollowedCallParts } from './followed-call.ts';
import { PhoneNetwork, type NetworkConnection } from './phone-network.ts';

/** What the phone network in miniature is told. */
export interface SimulatedPbxOptions {
  readonly clock: Clock;
  /** Speaking speed of announcements, characters per second. @defaultValue 15 */
  readonly charactersPerSecond?: number;
  /** Outside legs the network carries at once; beyond it an originate ends with cause 34. Of the own network only. @defaultValue 512 */
  readonly trunks?: number;
  /** How long two joined phones talk before the second hangs up, seconds. Of the own network only. @defaultValue 5 */
  readonly talkSeconds?: number;
  /** Steps of a call kept unread; beyond it digits are dropped, and nothing else. @defaultValue 256 */
  readonly unreadSteps?: number;
  /** Linked ids of incoming calls remembered at most within their minute; the oldest go first. @defaultValue 10,000 */
  readonly linkedIds?: number;
  /** The network to connect to: of an earlier Pbx, to stand for a process that was restarted. @defaultValue a network of its own */
  readonly network?: PhoneNetwork;
}

/** A Pbx without a phone network: the last digit of the number decides. Besides, tests may disturb it. */
export interface SimulatedPbx extends Pbx {
  /** Subscribers, live calls and journal; outlives this Pbx when it is handed to another one. */
  readonly network: PhoneNetwork;
  /** Rings one of the company's lines. A linked id seen before in the last minute is ignored, as a PBX's second event would be. */
  callIn(call: Omit<IncomingCall, 'at'>): void;
  /** What the PBX's own routing made of a call that came in. */
  endCallIn(outcome: Omit<IncomingCallOutcome, 'at'>): void;
  /** Every originate ever made, in order: the network's own journal. */
  readonly originated: readonly { readonly callId: string; readonly endpoint: string; readonly at: number }[];
  /** Calls that are up or being set up. */
  readonly liveCalls: readonly string[];
  /**
   * The connection to the PBX is lost: calls go on unseen until `comeBack`. Limits of our own that run out meanwhile, and hang-ups
   * asked for, are made up for then.
   */
  goAway(): void;
  /**
   * The connection is there again. The calls this Pbx had asked for are caught up with before the state is `ready`: those alive go on
   * delivering to whoever reads their steps; those gone end by what was seen of them before, with hang-up cause 0.
   */
  comeBack(): void;
  /** The PBX itself restarts: every call is gone without a word. The connection is lost and, unless it was lost before, comes back at once. */
  restart(): void;
}

/** The embedded default Pbx. */
export function createSimulatedPbx(options: SimulatedPbxOptions): SimulatedPbx {
  return new MiniaturePbx(options);
}

class MiniaturePbx implements SimulatedPbx {
  readonly network: PhoneNetwork;
  readonly #options: SimulatedPbxOptions;
  readonly #followed = new Map<CallId, FollowedCall>();
  readonly #listeners = new PbxListeners();
  readonly #linkedIds: LinkedIds;
  readonly #parts: FollowedCallParts;
  #line: NetworkConnection | undefined;
  #started = false;
  #reachable = true;

  constructor(options: SimulatedPbxOptions) {
    this.#options = options;
    this.network = options.network ?? new PhoneNetwork(options);
    this.#linkedIds = new LinkedIds(options.linkedIds ?? 10_000);
    this.#parts = {
      clock: options.clock,
      charactersPerSecond: options.charactersPerSecond ?? 15,
      unreadSteps: options.unreadSteps ?? 256,
      silence: new EndpointSilence(),
      line: () => this.#line,
      ended: (call) => this.#followed.delete(call.callId),
    };
  }

  get state(): PbxState {
    return this.#listeners.state;
  }

  get originated(): SimulatedPbx['originated'] {
    return this.network.originated;
  }

  get liveCalls(): readonly string[] {
    return this.network.liveCalls;
  }

  onState(listener: (state: PbxState) => void): () => void {
    return this.#listeners.onState(listener);
  }

  onIncomingCall(listener: (call: IncomingCall) => void): () => void {
    return this.#listeners.onIncomingCall(listener);
  }

  onIncomingCallOutcome(listener: (outcome: IncomingCallOutcome) => void): () => void {
    return this.#listeners.onIncomingCallOutcome(listener);
  }

  start(): Promise<void> {
    this.#started = true;
    this.#connect();
    return Promise.resolve();
  }

  announce(request: AnnounceRequest): CallSteps {
    checkAnnounceRequest(request);
    return this.#ask({ errand: 'announce', request });
  }

  connect(request: JoinRequest): CallSteps {
    checkJoinRequest(request);
    return this.#ask({ errand: 'connect', request });
  }

  conference(request: JoinRequest): CallSteps {
    checkJoinRequest(request);
    return this.#ask({ errand: 'conference', request });
  }

  hangUp(callId: CallId, why: GivenUp | 'finished'): Promise<void> {
    const call = this.#followed.get(callId);
    if (call !== undefined) {
      call.hangUp(why);
      return Promise.resolve();
    }
    if (this.#line === undefined) return Promise.reject(notReady('hang up', callId, this.state));
    this.#line.hangUp(callId, 'first');
    this.#line.hangUp(callId, 'second');
    return Promise.resolve();
  }

  reconcile(callIds: readonly CallId[], callIdPrefix?: string): Promise<readonly LiveCall[]> {
    const line = this.#line;
    if (line === undefined) return Promise.reject(notReady('reconcile', `${callIds.length} calls`, this.state));
    const alive: LiveCall[] = [];
    const asked = new Set(callIds);
    if (callIdPrefix !== undefined) {
      for (const callId of line.list()) {
        if (!callId.startsWith(callIdPrefix) || asked.has(callId) || this.#followed.has(callId)) continue;
        line.hangUp(callId, 'first');
        line.hangUp(callId, 'second');
      }
    }
    for (const callId of asked) {
      const found = line.find(callId);
      if (found === undefined) continue;
      const known = this.#followed.get(callId);
      const call = known ?? this.#follow(found.errand);
      const steps = call.steps();
      if (known === undefined) call.adopt(found);
      alive.push({ callId, answered: call.answered, steps });
    }
    return Promise.resolve(alive);
  }

  stop(): Promise<void> {
    this.#started = false;
    this.#disconnect();
    for (const call of this.#followed.values()) call.abandon();
    this.#followed.clear();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#listeners.clear();
    if (this.#options.network === undefined) this.network[Symbol.dispose]();
  }

  callIn(call: Omit<IncomingCall, 'at'>): void {
    if (this.#line === undefined) return;
    const { clock } = this.#options;
    if (!this.#linkedIds.isNew(call.linkedId, clock.monotonic())) return;
    const at = clock.now();
    this.#listeners.tellIncomingCall({ ...call, at });
  }

  endCallIn(outcome: Omit<IncomingCallOutcome, 'at'>): void {
    if (this.#line === undefined) return;
    const at = this.#options.clock.now();
    this.#listeners.tellIncomingCallOutcome({ ...outcome, at });
  }

  goAway(): void {
    this.#reachable = false;
    this.#disconnect();
  }

  comeBack(): void {
    this.#reachable = true;
    this.#connect();
  }

  restart(): void {
    this.network.restart();
    this.#connect();
  }

  #ask(errand: Errand): CallSteps {
    const { callId } = errand.request;
    if (this.#followed.has(callId) || this.network.knows(callId)) {
      throw usedBefore(callId);
    }
    if (this.#line === undefined) return notOriginated(this.#options.clock.now());
    const call = this.#follow(errand);
    const steps = call.steps();
    call.begin();
    return steps;
  }

  #follow(errand: Errand): FollowedCall {
    const call = new FollowedCall(errand, this.#parts);
    this.#followed.set(call.callId, call);
    return call;
  }

  #connect(): void {
    if (!this.#started || !this.#reachable || this.#line !== undefined) return;
    const line = this.network.connect({
      onEvent: (event) => this.#followed.get(event.callId)?.onEvent(event),
      onLost: () => {
        this.#line = undefined;
        this.#listeners.enter('away');
      },
    });
    this.#line = line;
    for (const call of this.#followed.values()) call.catchUp(line.find(call.callId));
    this.#listeners.enter('ready');
  }

  #disconnect(): void {
    this.#line?.close();
    this.#line = undefined;
    if (this.state !== 'connecting') this.#listeners.enter('away');
  }
}

function notReady(what: string, about: string, state: PbxState): TelephonyError {
  return new TelephonyError(
    'PBX_NOT_READY',
    `Cannot ${what} (${about}): the PBX is ${state}, expected ready. Ask again when its state is ready.`,
  );
}
