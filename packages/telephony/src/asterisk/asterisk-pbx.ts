import type { GivenUp } from '../call-outcome.ts';
import { EndpointSilence } from '../endpoint-silence.ts';
import { TelephonyError } from '../errors.ts';
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
import type { Errand } from '../errand.ts';
import { AriCall } from './ari-call.ts';
import { createAriClient, type AriClient } from './ari-client.ts';
import { isAriError } from './ari-error.ts';
import type { AriChannel, AriEvent } from './ari-events.ts';
import { AriSocket } from './ari-socket.ts';
import type { CallParts } from './call-parts.ts';
import { CallIdMemory } from './call-id-memory.ts';
import { callIdOfChannel, channelIdOf } from './channel-ids.ts';
import { findCall, hangUpOrphans } from './found-calls.ts';
import { INCOMING_CALL_EVENTS, IncomingCalls } from './incoming-calls.ts';
import { LeftBehind } from './left-behind.ts';
import type { AsteriskPbxOptions, AsteriskWarning } from './options.ts';
import { callIdOfPlayback } from './voice.ts';

/** What the calls are told by; everything else would only be read and thrown away. */
const CONTROL_EVENTS = [
  'StasisStart',
  'StasisEnd',
  'ChannelStateChange',
  'ChannelHangupRequest',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'Dial',
  'PlaybackFinished',
];

/** Of these, what only a channel says that is there. */
const SIGNS_OF_LIFE: ReadonlySet<AriEvent['type']> = new Set(['StasisStart', 'ChannelStateChange', 'Dial']);

/** A Pbx over Asterisk's REST interface. */
export function createAsteriskPbx(options: AsteriskPbxOptions): Pbx {
  return new AsteriskPbx(options);
}

class AsteriskPbx implements Pbx {
  readonly #options: AsteriskPbxOptions;
  readonly #client: AriClient;
  readonly #control: AriSocket;
  readonly #events: AriSocket;
  readonly #incoming: IncomingCalls;
  readonly #parts: CallParts;
  readonly #calls = new Map<CallId, AriCall>();
  readonly #usedIds = new CallIdMemory();
  readonly #left: LeftBehind;
  /** Adopted for somebody whose question failed after that; with all their steps for whoever asks again, ended or not. */
  readonly #undelivered = new Map<CallId, LiveCall>();
  #stops = 0;
  readonly #listeners = new PbxListeners();
  /** Of the control application's websocket; counted, so that a request knows whether it spans a loss. */
  #connection: number | undefined;
  #connections = 0;
  #caughtUp = false;
  #hearsIncoming = false;
  /** Of the events application's websocket: another number after each connect and each loss. */
  #eventsConnection = 0;

  constructor(options: AsteriskPbxOptions) {
    this.#options = options;
    const { clock, application } = options;
    const { mayOriginate } = options;
    this.#client = createAriClient({ ...options, ...(mayOriginate === undefined ? {} : { mayChange: mayOriginate }) });
    const warn = (warning: AsteriskWarning): void => options.onWarning?.(warning);
    const connection = (): number | undefined => this.#connection;
    this.#left = new LeftBehind({ clock, client: this.#client, warn, connection });
    this.#parts = {
      clock,
      client: this.#client,
      application,
      silence: new EndpointSilence(),
      media: options.media ?? ((path) => `sound:${path}`),
      mayOriginate: options.mayOriginate ?? (() => true),
      leaveBridge: (bridgeId, doubted) => this.#left.bridge(bridgeId, doubted),
      warn,
      connection,
    };
    this.#incoming = new IncomingCalls({
      clock,
      client: this.#client,
      application,
      linkedIds: options.linkedIds ?? 10_000,
      onCall: (call) => this.#listeners.tellIncomingCall(call),
      onOutcome: (outcome) => this.#listeners.tellIncomingCallOutcome(outcome),
      onWarning: warn,
    });
    const shared = { ...options, client: this.#client, warn };
    this.#control = new AriSocket({
      ...shared,
      events: CONTROL_EVENTS,
      onEvent: (event) => this.#onControlEvent(event),
      onConnected: () => this.#onControlConnected(),
      onLost: () => this.#onControlLost(),
    });
    this.#events = new AriSocket({
      ...shared,
      application: `${application}-events`,
      eventSources: ['channel:', 'bridge:'],
      events: INCOMING_CALL_EVENTS,
      onEvent: (event) => this.#incoming.onEvent(event),
      onConnected: async () => {
        this.#eventsConnection += 1;
        const connection = this.#eventsConnection;
        this.#incoming.forget();
        await this.#incoming.connected();
        if (this.#eventsConnection !== connection) return;
        this.#hearsIncoming = true;
        this.#enterReady();
      },
      onLost: () => this.#onEventsLost(),
    });
  }

  get state(): PbxState {
    return this.#listeners.state;
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
    this.#control.start();
    this.#events.start();
    return Promise.resolve();
  }

  announce(request: AnnounceRequest): CallSteps {
    checkAnnounceRequest(request);
    const { audio, readings } = request.announcement;
    if (audio === undefined && readings !== 0) {
      throw new RangeError('announcement.audio: expected prepared sound, since Asterisk speaks no texts; got none.');
    }
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

  async hangUp(callId: CallId, why: GivenUp | 'finished'): Promise<void> {
    const call = this.#calls.get(callId);
    if (call !== undefined) {
      call.hangUp(why);
      return;
    }
    if (this.state !== 'ready') throw this.#notReady('hang up', callId);
    await Promise.all((['first', 'second'] as const).map((leg) => this.#hangUpChannel(channelIdOf(callId, leg))));
  }

  async reconcile(callIds: readonly CallId[], callIdPrefix?: string): Promise<readonly LiveCall[]> {
    const connection = this.#connection;
    if (this.state !== 'ready') throw this.#notReady('reconcile', `${callIds.length} calls`);
    const stops = this.#stops;
    const wanted = new Set(callIds);
    const expectStill = (): void => {
      // What is seen over a connection that is lost or stopped binds nobody any more.
      if (this.#connection !== connection) throw this.#notReady('reconcile', `${callIds.length} calls`);
    };
    // Before anything is heard of them: whoever asks may have them adopted.
    for (const callId of wanted) this.#left.wanted(callId);
    const alive: LiveCall[] = [];
    try {
      const channels = await this.#channels();
      expectStill();
      const adopted: AriCall[] = [];
      for (const callId of wanted) {
        const kept = this.#undelivered.get(callId);
        this.#undelivered.delete(callId);
        const live = kept ?? this.#living(callId) ?? (await this.#adopt(callId, channels, adopted, expectStill));
        if (live === undefined) this.#left.absent(callId);
        else alive.push(live);
      }
      // What happened to one before its events were heard.
      if (adopted.length > 0) {
        for (const call of adopted) call.beforeListing();
        const now = await this.#channels();
        for (const call of adopted) {
          expectStill();
          await call.catchUp(now);
        }
      }
      const isWanted = (callId: CallId): boolean => wanted.has(callId) || this.#calls.has(callId);
      if (callIdPrefix !== undefined) await hangUpOrphans(this.#parts, channels, callIdPrefix, isWanted);
      expectStill();
      if (callIdPrefix !== undefined) this.#left.watch(callIdPrefix);
    } catch (cause) {
      // What was adopted stays adopted, and is found again by whoever asks again.
      if (this.#stops === stops) for (const live of alive) this.#undelivered.set(live.callId, live);
      if (cause instanceof TelephonyError) throw cause;
      throw this.#notReady('reconcile', `${callIds.length} calls`, cause);
    }
    return alive;
  }

  stop(): Promise<void> {
    this.#stops += 1;
    this.#control.stop();
    this.#events.stop();
    this.#onEventsLost();
    if (this.#connection !== undefined) this.#onControlLost();
    for (const call of this.#calls.values()) call.abandon();
    this.#calls.clear();
    this.#undelivered.clear();
    this.#left.stop();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#listeners.clear();
  }

  #ask(errand: Errand): CallSteps {
    const { callId } = errand.request;
    if (this.#usedIds.has(callId)) {
      throw usedBefore(callId);
    }
    if (this.state !== 'ready' || !this.#parts.mayOriginate()) return notOriginated(this.#options.clock.now());
    this.#usedIds.add(callId);
    const call = this.#follow(errand);
    const steps = call.steps();
    call.begin();
    return steps;
  }

  #follow(errand: Errand): AriCall {
    const call = new AriCall(errand, this.#parts, () => {
      this.#calls.delete(call.callId);
      this.#left.over(call.callId);
    });
    this.#calls.set(call.callId, call);
    return call;
  }

  #living(callId: CallId): LiveCall | undefined {
    const call = this.#calls.get(callId);
    return call === undefined ? undefined : { callId, answered: call.answered, steps: call.steps() };
  }

  async #adopt(
    callId: CallId,
    channels: ReadonlyMap<string, AriChannel>,
    adopted: AriCall[],
    expectStill: () => void,
  ): Promise<LiveCall | undefined> {
    const found = await findCall(this.#parts, callId, channels);
    expectStill();
    // Somebody else may have asked for it at the same time.
    if (found === undefined || this.#calls.has(callId)) return this.#living(callId);
    this.#usedIds.add(callId);
    const call = this.#follow(found.errand);
    const steps = call.steps();
    await call.adopt(found.call);
    adopted.push(call);
    return { callId, answered: call.answered, steps };
  }

  #onControlEvent(event: AriEvent): void {
    if (event.type === 'PlaybackFinished') {
      this.#calls.get(callIdOfPlayback(event.playbackId))?.onPlaybackFinished(event.playbackId, event.state);
      return;
    }
    const channelId = event.type === 'Dial' ? event.peer.id : 'channel' in event ? event.channel?.id : undefined;
    if (channelId === undefined) return;
    const callId = callIdOfChannel(channelId);
    // A channel that a bridge asked for is never a call from outside, whatever is known of it.
    if (callId === undefined) this.#incoming.onControlEvent(event);
    else if (this.#isLeft(callId, channelId) || (!this.#calls.has(callId) && this.#left.isStray(callId))) {
      if (SIGNS_OF_LIFE.has(event.type)) this.#left.hangUp(channelId);
    } else this.#calls.get(callId)?.onEvent(event, channelId);
  }

  /** Whether a channel is of a call of this driver, and none that it goes on with. */
  #isLeft(callId: CallId, channelId: string): boolean {
    return this.#calls.get(callId)?.hasLetGo(channelId) ?? this.#left.isOver(callId);
  }

  async #onControlConnected(): Promise<void> {
    this.#connection = this.#connections += 1;
    const connection = this.#connection;
    for (const call of this.#calls.values()) call.beforeListing();
    const channels = await this.#channels();
    if (this.#connection !== connection) return;
    for (const channelId of channels.keys()) {
      const callId = callIdOfChannel(channelId);
      if (callId === undefined) continue;
      this.#usedIds.add(callId);
      if (this.#isLeft(callId, channelId)) this.#left.hangUp(channelId);
    }
    for (const call of this.#calls.values()) {
      await call.catchUp(channels);
      // The next connection has a listing of its own.
      if (this.#connection !== connection) return;
    }
    await this.#incoming.connected();
    if (this.#connection !== connection) return;
    this.#caughtUp = true;
    this.#enterReady();
  }

  #onControlLost(): void {
    this.#connection = undefined;
    this.#caughtUp = false;
    if (this.state !== 'connecting') this.#listeners.enter('away');
  }

  #onEventsLost(): void {
    this.#eventsConnection += 1;
    this.#hearsIncoming = false;
  }

  async #channels(): Promise<ReadonlyMap<string, AriChannel>> {
    const channels = await this.#client.channels();
    return new Map(channels.map((channel) => [channel.id, channel]));
  }

  async #hangUpChannel(channelId: string): Promise<void> {
    try {
      await this.#client.hangUp(channelId);
    } catch (error) {
      if (!isAriError(error, 'ARI_NOT_FOUND')) throw this.#notReady('hang up', channelId, error);
    }
  }

  #enterReady(): void {
    if (this.#caughtUp && this.#hearsIncoming) this.#listeners.enter('ready');
  }

  #notReady(what: string, about: string, cause?: unknown): TelephonyError {
    return new TelephonyError(
      'PBX_NOT_READY',
      `Cannot ${what} (${about}): the PBX is ${this.state}, expected ready and answering. Ask again when its state is ready.`,
      cause === undefined ? {} : { cause },
    );
  }
}
