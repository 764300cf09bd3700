import type { Clock } from '../clock.ts';
import type { Errand } from '../errand.ts';
import type { CallId, CallTarget, Leg } from '../pbx.ts';
import { startTimer } from '../timer.ts';
import { numberOf, subscriberOf, type Subscriber } from './subscriber.ts';

/** A request to call one phone. */
export interface Originate {
  readonly callId: CallId;
  readonly leg: Leg;
  readonly target: CallTarget;
  readonly errand: Errand;
  /** Ends an unanswered call with cause 19: a backstop beyond the driver's own limits. Milliseconds. */
  readonly answerWithinMs: number;
  /** Ends the call whatever its state, as `TIMEOUT(absolute)` does. Milliseconds from the originate. */
  readonly absoluteLimitMs: number;
}

/** One originate as the network's journal keeps it. */
export interface JournalEntry {
  readonly callId: CallId;
  readonly leg: Leg;
  readonly endpoint: string;
  readonly absoluteLimitMs: number;
  readonly at: number;
}

/** What the network tells the connected driver about a leg. */
export type NetworkEvent = { readonly callId: CallId; readonly leg: Leg } & (
  | { readonly event: 'ringing' | 'progress' | 'answered' | 'played' }
  | { readonly event: 'digit'; readonly digit: string }
  | { readonly event: 'gone'; readonly hangupCause: number; readonly sipCode?: number }
);

/** The driver's side of a connection to the network. */
export interface NetworkClient {
  onEvent(event: NetworkEvent): void;
  /** The network is gone, or another driver has taken the connection over. */
  onLost(): void;
}

/** A leg as a driver finds it when it asks. */
export interface LegSnapshot {
  readonly target: CallTarget;
  readonly state: 'dialling' | 'ringing' | 'up' | 'gone';
  readonly progress: boolean;
  readonly playback: 'none' | 'playing' | 'played';
}

/** A call as a driver finds it when it asks; only calls with a living leg are found. */
export interface CallSnapshot {
  readonly callId: CallId;
  readonly errand: Errand;
  readonly joined: boolean;
  readonly first: LegSnapshot;
  /** Absent when it was never originated. */
  readonly second?: LegSnapshot;
}

/** What a connected driver may ask. Everything is refused in silence once the connection is lost. */
export interface NetworkConnection {
  /** Whether the originate was accepted. */
  originate(request: Originate): boolean;
  play(callId: CallId, leg: Leg, ms: number): void;
  /** Breaks off what is played; nothing is told of it. */
  stopPlaying(callId: CallId, leg: Leg): void;
  join(callId: CallId): void;
  hangUp(callId: CallId, leg: Leg): void;
  find(callId: CallId): CallSnapshot | undefined;
  /** Ids of all calls with a living leg. */
  list(): readonly CallId[];
  close(): void;
}

/** What the phone network in miniature is told. */
export interface PhoneNetworkOptions {
  readonly clock: Clock;
  /** Outside legs carried at once; beyond it an originate ends with cause 34. @defaultValue 512 */
  readonly trunks?: number;
  /** How long two joined phones talk before the second hangs up, seconds. @defaultValue 5 */
  readonly talkSeconds?: number;
  /** Originates kept in the journal, and so how far back a used call id is known; the oldest go first. @defaultValue 100,000 */
  readonly journalEntries?: number;
  /** What becomes of a phone that answers while no driver is connected: Asterisk hangs up when it knows. @defaultValue 'stays' */
  readonly unattendedAnswer?: 'stays' | 'hungUp';
  /** Phones that differ from the rule of the last digit; `undefined` leaves a phone to that rule. */
  readonly subscriber?: (endpoint: string) => Subscriber | undefined;
}

interface LiveLeg {
  readonly leg: Leg;
  readonly target: CallTarget;
  readonly subscriber: Subscriber;
  readonly timers: Set<() => void>;
  state: LegSnapshot['state'];
  progress: boolean;
  playback: LegSnapshot['playback'];
  stopPlayback: () => void;
}

interface LiveCall {
  readonly callId: CallId;
  readonly errand: Errand;
  readonly legs: Map<Leg, LiveLeg>;
  joined: boolean;
}

/**
 * Subscribers, live calls and the journal of the simulated PBX: what outlives the process that asked for a call.
 * One driver is connected at a time; the newest wins, as with an ARI application.
 */
export class PhoneNetwork implements Disposable {
  readonly #options: PhoneNetworkOptions;
  readonly #calls = new Map<CallId, LiveCall>();
  readonly #usedIds = new Map<CallId, number>();
  #journal: JournalEntry[] = [];
  #client: NetworkClient | undefined;

  constructor(options: PhoneNetworkOptions) {
    this.#options = options;
  }

  /** Every originate, in order, as far back as the journal is kept. */
  get originated(): readonly JournalEntry[] {
    return this.#journal;
  }

  /** Ids of the calls that are up or being set up. */
  get liveCalls(): readonly CallId[] {
    return [...this.#calls.keys()];
  }

  /** Whether a call id was ever originated, as far back as the journal is kept. */
  knows(callId: CallId): boolean {
    return this.#usedIds.has(callId);
  }

  /** Connects a driver; a driver that was connected before loses its connection. */
  connect(client: NetworkClient): NetworkConnection {
    const replaced = this.#client;
    this.#client = client;
    replaced?.onLost();
    const whileConnected = <Result>(ask: () => Result, otherwise: Result): Result => (this.#client === client ? ask() : otherwise);
    return {
      originate: (request) => whileConnected(() => this.#originate(request), false),
      play: (callId, leg, ms) => whileConnected(() => this.#play(callId, leg, ms), undefined),
      stopPlaying: (callId, leg) => whileConnected(() => this.#stopPlaying(callId, leg), undefined),
      join: (callId) => whileConnected(() => this.#join(callId), undefined),
      hangUp: (callId, leg) => whileConnected(() => this.#end(callId, leg, 16), undefined),
      find: (callId) => whileConnected(() => this.#find(callId), undefined),
      list: () => whileConnected(() => this.liveCalls, []),
      close: () => whileConnected(() => void (this.#client = undefined), undefined),
    };
  }

  /** Every call is gone without a word, and the driver has lost its connection. */
  restart(): void {
    const client = this.#client;
    this.#client = undefined;
    for (const call of this.#calls.values()) {
      for (const leg of call.legs.values()) stopTimers(leg);
    }
    this.#calls.clear();
    client?.onLost();
  }

  /** Ends everything that still runs. */
  [Symbol.dispose](): void {
    this.restart();
  }

  #originate(request: Originate): boolean {
    const { callId, leg, target, errand } = request;
    const known = this.#calls.get(callId);
    if (known === undefined ? leg !== 'first' || this.#usedIds.has(callId) : known.legs.has(leg)) return false;
    const trunksFull = numberOf(target.endpoint) !== undefined && this.#outsideLegs() >= (this.#options.trunks ?? 512);
    const subscriber: Subscriber = trunksFull
      ? { refuses: { afterMs: 0, hangupCause: 34 } }
      : (this.#options.subscriber?.(target.endpoint) ?? subscriberOf(target.endpoint));
    const call: LiveCall = known ?? { callId, errand, legs: new Map(), joined: false };
    const live: LiveLeg = {
      leg,
      target,
      subscriber,
      timers: new Set(),
      state: 'dialling',
      progress: false,
      playback: 'none',
      stopPlayback: () => {},
    };
    call.legs.set(leg, live);
    this.#calls.set(callId, call);
    this.#note({ callId, leg, endpoint: target.endpoint, absoluteLimitMs: request.absoluteLimitMs, at: this.#options.clock.now() });
    this.#setUp(call, live, request);
    return true;
  }

  #setUp(call: LiveCall, leg: LiveLeg, limits: Pick<Originate, 'answerWithinMs' | 'absoluteLimitMs'>): void {
    const { progressAfterMs, ringsAfterMs, answersAfterMs, refuses } = leg.subscriber;
    const isUp = (): boolean => leg.state === 'up';
    if (progressAfterMs !== undefined) {
      this.#after(leg, progressAfterMs, () => {
        if (isUp()) return;
        leg.progress = true;
        this.#tell(call, leg, { event: 'progress' });
      });
    }
    if (ringsAfterMs !== undefined) {
      this.#after(leg, ringsAfterMs, () => {
        if (isUp()) return;
        leg.state = 'ringing';
        this.#tell(call, leg, { event: 'ringing' });
      });
    }
    if (answersAfterMs !== undefined) this.#after(leg, answersAfterMs, () => this.#answer(call, leg));
    if (refuses !== undefined) {
      this.#after(leg, refuses.afterMs, () => {
        if (!isUp()) this.#end(call.callId, leg.leg, refuses.hangupCause, refuses.sipCode);
      });
    }
    this.#after(leg, limits.answerWithinMs, () => {
      if (!isUp()) this.#end(call.callId, leg.leg, 19);
    });
    this.#after(leg, limits.absoluteLimitMs, () => this.#end(call.callId, leg.leg, 16));
  }

  #answer(call: LiveCall, leg: LiveLeg): void {
    leg.state = 'up';
    if (this.#client === undefined && this.#options.unattendedAnswer === 'hungUp') {
      this.#end(call.callId, leg.leg, 0);
      return;
    }
    const { presses, hangsUpAfterMs } = leg.subscriber;
    for (const { digit, afterMs } of presses ?? []) {
      this.#after(leg, afterMs, () => this.#tell(call, leg, { event: 'digit', digit }));
    }
    if (hangsUpAfterMs !== undefined) this.#after(leg, hangsUpAfterMs, () => this.#end(call.callId, leg.leg, 16));
    this.#tell(call, leg, { event: 'answered' });
  }

  #play(callId: CallId, which: Leg, ms: number): void {
    const call = this.#calls.get(callId);
    const leg = call?.legs.get(which);
    if (call === undefined || leg?.state !== 'up') return;
    leg.playback = 'playing';
    leg.stopPlayback = this.#after(leg, ms, () => {
      leg.playback = 'played';
      this.#tell(call, leg, { event: 'played' });
    });
  }

  #stopPlaying(callId: CallId, which: Leg): void {
    const leg = this.#calls.get(callId)?.legs.get(which);
    if (leg?.playback !== 'playing') return;
    leg.playback = 'none';
    leg.stopPlayback();
  }

  #join(callId: CallId): void {
    const call = this.#calls.get(callId);
    const second = call?.legs.get('second');
    if (call?.legs.get('first')?.state !== 'up' || second?.state !== 'up') return;
    call.joined = true;
    this.#after(second, (this.#options.talkSeconds ?? 5) * 1_000, () => this.#end(callId, 'second', 16));
  }

  #end(callId: CallId, which: Leg, hangupCause: number, sipCode?: number): void {
    const call = this.#calls.get(callId);
    const leg = call?.legs.get(which);
    if (call === undefined || leg === undefined || leg.state === 'gone') return;
    leg.state = 'gone';
    stopTimers(leg);
    // Before the driver hears of it: what it asks for in return must find this line free.
    if ([...call.legs.values()].every((each) => each.state === 'gone')) this.#calls.delete(callId);
    this.#tell(call, leg, { event: 'gone', hangupCause, ...(sipCode === undefined ? {} : { sipCode }) });
  }

  #find(callId: CallId): CallSnapshot | undefined {
    const call = this.#calls.get(callId);
    const first = call?.legs.get('first');
    if (call === undefined || first === undefined) return undefined;
    const second = call.legs.get('second');
    return {
      callId,
      errand: call.errand,
      joined: call.joined,
      first: snapshot(first),
      ...(second === undefined ? {} : { second: snapshot(second) }),
    };
  }

  #tell(call: LiveCall, leg: LiveLeg, what: Distribute<NetworkEvent>): void {
    this.#client?.onEvent({ ...what, callId: call.callId, leg: leg.leg });
  }

  #after(leg: LiveLeg, ms: number, action: () => void): () => void {
    const callOff = startTimer(this.#options.clock, ms, () => {
      leg.timers.delete(callOff);
      action();
    });
    leg.timers.add(callOff);
    return () => {
      leg.timers.delete(callOff);
      callOff();
    };
  }

  #outsideLegs(): number {
    let legs = 0;
    for (const call of this.#calls.values()) {
      for (const leg of call.legs.values()) {
        if (leg.state !== 'gone' && numberOf(leg.target.endpoint) !== undefined) legs += 1;
      }
    }
    return legs;
  }

  #note(entry: JournalEntry): void {
    this.#journal.push(entry);
    this.#usedIds.set(entry.callId, (this.#usedIds.get(entry.callId) ?? 0) + 1);
    if (this.#journal.length <= (this.#options.journalEntries ?? 100_000)) return;
    const oldest = this.#journal.shift();
    if (oldest === undefined) return;
    const uses = (this.#usedIds.get(oldest.callId) ?? 1) - 1;
    if (uses === 0) this.#usedIds.delete(oldest.callId);
    else this.#usedIds.set(oldest.callId, uses);
  }
}

/** A network event without the leg it is about. */
type Distribute<Event> = Event extends unknown ? Omit<Event, 'callId' | 'leg'> : never;

function snapshot(leg: LiveLeg): LegSnapshot {
  return { target: leg.target, state: leg.state, progress: leg.progress, playback: leg.playback };
}

function stopTimers(leg: LiveLeg): void {
  for (const callOff of leg.timers) callOff();
  leg.timers.clear();
}
