import { isDeepStrictEqual } from 'node:util';
import { formatAddress, type Configuration } from '@taxinav/bridge-contract';
import { createStatusTimeFormatter, type Guid, type PhoneNumber } from '@taxinav/codec';
import {
  createTracker,
  type CancelResult,
  type Owner,
  type Store,
  type StorePressure,
  type Tracker,
  type TrackingPolicy,
} from '@taxinav/notification-tracking';
import type { Announcement, IncomingCall, Pbx } from '@taxinav/telephony';
import type { Clock, ListenOptions, MessageHandler, MessageListener } from '@taxinav/transport';
import { Background } from './background.ts';
import { ClockFollower, lookingFirst } from './clock-follower.ts';
import { createColumns, trunksOf, type Column } from './column.ts';
import type { OriginateGate } from './dialling/originate-gate.ts';
import type { Speech } from './dialling/speech.ts';
import { TrunkAlarm, type AlarmedTrunk } from './dialling/trunk-alarm.ts';
import { acceptedElsewhere } from './jobs/accepted-elsewhere.ts';
import { prepareApology } from './jobs/apology.ts';
import { callerPopup, type CallerPopupParts, type Lines, type PopupResult } from './jobs/caller-popup.ts';
import { CallsIn } from './jobs/calls-in.ts';
import { clickToCall, type ClickToCallParts } from './jobs/click-to-call.ts';
import { conference, type ConferenceParts } from './jobs/conference.ts';
import { refuseSayText, spokenNotification } from './jobs/spoken-notification.ts';
import type { Logger } from './logging.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { ColumnPorts } from './navigator/column-ports.ts';
import type { RefusedPeer } from './navigator/refused-peers.ts';
import { ReportDelivery, type NavigatorState, type ReportsParts } from './navigator/reports.ts';
import type { RequestsParts } from './navigator/requests.ts';
import type { CallControl } from './nodes/call-control.ts';
import { OtherNodes } from './nodes/other-nodes.ts';
import { PhoneSystem } from './nodes/phone-system.ts';
import type { PbxWarnings } from './pbx-warnings.ts';
import { erasePerson, type ChangedRows } from './personal-data.ts';
import { trackingPolicy } from './policy.ts';
import { untilStarted } from './until-stored.ts';
import { Upkeep } from './upkeep.ts';

/** What a bridge is made of: the edges it has to the world, so that tests can decorate each. */
export interface BridgeParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly store: Store;
  readonly pbx: Pbx;
  /** Told whether this node may use the PBX; absent where it always may. */
  readonly originateGate?: Pick<OriginateGate, 'decideBy'>;
  /** What the PBX's driver survives; absent where it has nothing to tell. */
  readonly pbxWarnings?: Pick<PbxWarnings, 'noteIn' | 'trouble' | 'connected'>;
  readonly speech: Speech;
  readonly listen: (options: ListenOptions, handler: MessageHandler) => Promise<MessageListener>;
  readonly send: ReportsParts['send'] & CallerPopupParts['send'];
}

/** A column as it stands now. */
export interface ColumnState {
  readonly column: Column;
  /** In use, also where 0 was asked for. */
  readonly port: number;
  readonly listening: boolean;
  readonly connections: number;
  /** Of the address that gets statuses. */
  readonly navigator: NavigatorState;
  /** Of the address that gets popups. */
  readonly popups: NavigatorState;
  /** Who was turned away, last seen first. */
  readonly refused: readonly RefusedPeer[];
}

/** The daemon, joined together: what its HTTP side and its process edge see of it. */
export interface Bridge {
  readonly tracker: Tracker;
  readonly metrics: Metrics;
  readonly configuration: Configuration;
  /** False before every port is open, while stopping, and while the database does not take writes. */
  readonly ready: boolean;
  /** Whether it has taken a write within the last 12 s. */
  readonly databaseWorks: boolean;
  /** Whether its disk has room; undefined where the store does not watch one. */
  readonly storePressure: StorePressure | undefined;
  /** `standby`: another node uses the PBX. */
  readonly pbxState: Pbx['state'] | 'standby';
  /** The last thing the driver warned of while the PBX cannot be used: ARI_UNAUTHORIZED and the like. */
  readonly pbxTrouble: string | undefined;
  /** Trunks whose last calls ended without ringing. */
  readonly trunkAlarms: readonly AlarmedTrunk[];
  columns(): readonly ColumnState[];
  /** A call from outside: shows the popup and says what became of it. */
  popup(call: IncomingCall, moment?: 'incoming' | 'missed'): Promise<PopupResult>;
  /** Cancels a notification; a phone that rings for it is hung up. */
  cancel(columnId: string, guid: Guid): Promise<CancelResult>;
  /** Removes texts and numbers past their days now. */
  retain(): Promise<ChangedRows>;
  /** Forgets a number and what was said to it; a phone that rings for it is hung up first. */
  erase(phone: PhoneNumber): Promise<ChangedRows>;
  start(): Promise<void>;
  /** Columns, policy and limits; returns the keys that only a restart changes. Rejects, with everything as before, when a port cannot be opened. */
  reload(configuration: Configuration): Promise<readonly string[]>;
  /** Accepts and claims nothing more; resolves within 10 s. */
  stop(): Promise<void>;
}

const UNKNOWN: NavigatorState = { state: 'unknown', since: 0 };
/** How long a stop lets calls play, and statuses being sent be settled. */
const PLAY_MS = 8_000;
const SETTLE_MS = 600;

/** Puts a bridge together; nothing is opened before `start`. */
export function createBridge(initial: Configuration, parts: BridgeParts): Bridge {
  return new JoinedBridge(initial, parts);
}

class JoinedBridge implements Bridge {
  readonly tracker: Tracker;
  readonly metrics: Metrics;
  readonly #parts: BridgeParts;
  readonly #owner: Owner;
  readonly #stopping = new AbortController();
  readonly #background: Background;
  readonly #phones: PhoneSystem;
  readonly #upkeep: Upkeep;
  readonly #trunkAlarm: TrunkAlarm;
  readonly #callsIn: CallsIn;
  readonly #ports: ColumnPorts;
  /** By status address. */
  #deliveries = new Map<string, ReportDelivery>();
  /** What the last popup of a column has shown of its address. */
  readonly #popups = new Map<string, NavigatorState>();
  /** By column. */
  #configuration: Configuration;
  #columns: ReadonlyMap<string, Column>;
  /** Made from the configuration once; every command of the tracker asks for it. */
  #policy: TrackingPolicy;
  #started = false;
  #ignorePbx: () => void = () => undefined;

  constructor(configuration: Configuration, parts: BridgeParts) {
    this.#parts = parts;
    this.#configuration = configuration;
    this.#columns = createColumns(configuration);
    this.#policy = trackingPolicy(configuration);
    this.#owner = { node: configuration.node, token: 0 };
    // A store that hears of other nodes has a database that they share.
    const shared = parts.store.onRemoteEvents !== undefined;
    const { clock } = parts;
    const follower = new ClockFollower({
      ...parts,
      ...(shared ? {} : { shiftTimes: (byMs: number) => this.tracker.shiftTimes({ now: clock.now(), byMs }) }),
    });
    this.tracker = createTracker(shared ? parts.store : lookingFirst(parts.store, follower), () => this.#policy);
    this.metrics = createMetrics(this.tracker, { clock: parts.clock, state: () => this });
    this.#background = new Background((error) => {
      if (!this.#stopping.signal.aborted) parts.log.error({ event: 'background-failed', err: error }, 'work in the background failed');
    });
    this.#ports = new ColumnPorts({
      columns: () => this.#columns,
      configuration: () => this.#configuration,
      requests: () => this.#requests,
    });
    parts.pbxWarnings?.noteIn(parts.log, this.metrics);
    this.#trunkAlarm = new TrunkAlarm({ ...parts, metrics: this.metrics });
    this.#callsIn = new CallsIn({
      ...this.#storing,
      lines: () => this.#lines,
      popup: (call, moment) => this.popup(call, moment),
    });
    const conferenceMinutes = (): number => this.#configuration.conference.maximumMinutes;
    const others = shared ? new OtherNodes({ ...this.#storing, node: configuration.node, conferenceMinutes }) : undefined;
    const retention = (): Configuration['retention'] => this.#configuration.retention;
    const lookAtClock = (): void => follower.look();
    this.#upkeep = new Upkeep({ ...this.#storing, owner: this.#owner, retention, others, lookAtClock });
    this.#phones = new PhoneSystem({
      ...this.#storing,
      pbx: parts.pbx,
      speech: parts.speech,
      self: this.#owner,
      lease: shared ? pbxName(configuration) : undefined,
      stopping: this.#stopping.signal,
      columns: () => this.#columns,
      ringSeconds: () => this.#configuration.dialling.ringSeconds,
      keys: configuration.speech,
      place: (intent, control) => {
        const parts = { dial: this.#dialParts(control), conference: this.#conferenceParts(control) };
        return acceptedElsewhere(intent, this.#columns.get(intent.columnId), parts);
      },
    });
    parts.originateGate?.decideBy(() => this.#phones.mayOriginate);
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  get ready(): boolean {
    return this.#started && !this.#stopping.signal.aborted && this.#upkeep.databaseWorks;
  }

  get databaseWorks(): boolean {
    return this.#upkeep.databaseWorks;
  }

  get storePressure(): StorePressure | undefined {
    return this.#parts.store.pressure;
  }

  get pbxState(): Bridge['pbxState'] {
    return this.#phones.state;
  }

  get pbxTrouble(): string | undefined {
    return this.pbxState === 'ready' || this.pbxState === 'standby' ? undefined : this.#parts.pbxWarnings?.trouble;
  }

  get trunkAlarms(): readonly AlarmedTrunk[] {
    return this.#trunkAlarm.alarms;
  }

  columns(): readonly ColumnState[] {
    return [...this.#columns.values()].map((column) => {
      const listener = this.#ports.of(column.id);
      const delivery = this.#deliveries.get(formatAddress(column.configuration.status));
      return {
        column,
        port: listener?.port ?? column.configuration.listen.port,
        listening: listener !== undefined,
        connections: listener?.connections ?? 0,
        navigator: delivery?.navigator ?? UNKNOWN,
        popups: this.#popups.get(column.id) ?? UNKNOWN,
        refused: this.#ports.refused(column.id),
      };
    });
  }

  async start(): Promise<void> {
    const { clock, log, pbx } = this.#parts;
    // What an earlier run had claimed is given back before this one claims anything.
    const recovery = await untilStarted('recover', () => this.tracker.recover({ now: clock.now(), ...this.#owner }), this.#storing);
    await untilStarted('renew', () => this.#upkeep.start(), this.#storing);
    this.tracker.onEvent((event) => {
      if (event.event === 'callsQueued') this.#phones.wake();
      if (event.event === 'intentsWaiting') this.#phones.wakeIntents(event.lease);
      if (event.event === 'hangUpWanted') this.#background.run(this.#hangUp(event.callId));
      if (event.event === 'reportsOwed') this.#deliveryOf(event.columnId)?.wake();
    });
    this.#ignorePbx = pbx.onState((state) => {
      if (state === 'ready') {
        this.#parts.pbxWarnings?.connected();
        this.#phones.wake();
      }
      log[state === 'ready' ? 'info' : 'error']({ event: 'pbx-state', state, trouble: this.pbxTrouble }, 'PBX');
    });
    pbx.onIncomingCall((call) => this.#background.run(this.#callsIn.comesIn(call)));
    pbx.onIncomingCallOutcome((outcome) => this.#background.run(this.#callsIn.ended(outcome)));
    await this.#ports.open();
    this.#deliveries = this.#startDeliveries(new Map());
    await this.#phones.start(recovery);
    this.#background.run(this.#upkeep.run());
    this.#background.run(this.#warmSpeech());
    this.#started = true;
  }

  async popup(call: IncomingCall, moment: 'incoming' | 'missed' = 'incoming'): Promise<PopupResult> {
    const result = await callerPopup(call, this.#lines, { ...this.#parts, tracker: this.tracker }, moment);
    const { columnId, outcome } = result;
    this.metrics.sent(columnId, 'Call', outcome);
    if (outcome !== 'withheld') this.#notePopup(columnId, outcome);
    return result;
  }

  /** The node that has placed the call, this one or another, hears by an event that it is to be hung up. */
  cancel(columnId: string, guid: Guid): Promise<CancelResult> {
    return this.tracker.cancel({ now: this.#parts.clock.now(), columnId, guid });
  }

  /** What was canceled anywhere and rings from here. */
  async #hangUp(callId: string): Promise<void> {
    try {
      await this.#phones.control?.cancel(callId);
    } catch (error) {
      this.#parts.log.warn({ event: 'hang-up-failed', callId, err: error }, 'a call could not be hung up');
    }
  }

  retain(): Promise<ChangedRows> {
    return this.#upkeep.retain();
  }

  erase(phone: PhoneNumber): Promise<ChangedRows> {
    const { tracker, clock, signal } = this.#storing;
    return erasePerson(phone, { tracker, clock, signal, cancel: (columnId, guid) => this.cancel(columnId, guid) });
  }

  async reload(configuration: Configuration): Promise<readonly string[]> {
    const before = { configuration: this.#configuration, columns: this.#columns, policy: this.#policy };
    this.#configuration = configuration;
    this.#columns = createColumns(configuration);
    this.#policy = trackingPolicy(configuration);
    try {
      await this.#ports.follow(before);
    } catch (error) {
      this.#configuration = before.configuration;
      this.#columns = before.columns;
      this.#policy = before.policy;
      throw error;
    }
    this.#deliveries = this.#startDeliveries(this.#deliveries);
    this.#trunkAlarm.keep(trunksOf(this.#columns));
    this.#background.run(this.#apology());
    this.#phones.wake();
    const fixed = ['node', 'database', 'pbx', 'speech', 'http', 'log'] as const;
    return fixed.filter((key) => !isDeepStrictEqual(configuration[key], before.configuration[key]));
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { pbx, log } = this.#parts;
    this.#started = false;
    await Promise.all([this.#ports.drain(), this.#phones.stop(PLAY_MS)]);
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.stop(SETTLE_MS)));
    this.#stopping.abort();
    // That the PBX goes away is our own doing now.
    this.#ignorePbx();
    await pbx.stop();
    await this.#phones
      .release()
      .catch((error: unknown) => log.warn({ event: 'lease-kept', err: error }, 'another node has to wait for the PBX'));
    const given = new AbortController();
    await Promise.race([this.#background.settled(), this.#parts.clock.sleep(SETTLE_MS / 2, given.signal).catch(() => undefined)]);
    given.abort();
  }

  get #storing(): {
    readonly tracker: Tracker;
    readonly clock: Clock;
    readonly random: () => number;
    readonly log: Logger;
    readonly metrics: Metrics;
    readonly signal: AbortSignal;
    readonly background: Background;
    readonly trunks: TrunkAlarm;
  } {
    const { clock, random, log } = this.#parts;
    return {
      tracker: this.tracker,
      clock,
      random,
      log,
      metrics: this.metrics,
      signal: this.#stopping.signal,
      background: this.#background,
      trunks: this.#trunkAlarm,
    };
  }

  get #requests(): Omit<RequestsParts, 'refused'> {
    const { listen, clock, log, speech } = this.#parts;
    const heard = (column: Column): void => this.#deliveryOf(column.id)?.heard();
    const notifying = { tracker: this.tracker, speech, clock, log };
    return {
      listen,
      clock,
      log,
      metrics: this.metrics,
      jobs: {
        sayText: (message, peer, column) => {
          heard(column);
          return spokenNotification(message, peer, column, notifying);
        },
        refusedSayText: (refused, peer, column) => refuseSayText(refused, peer, column, notifying),
        dial: (message, peer, column) => clickToCall(message, peer, column, this.#dialParts(this.#phones.control)),
        conference: (message, peer, column) => conference(message, peer, column, this.#conferenceParts(this.#phones.control)),
      },
    };
  }

  #dialParts(control: CallControl | undefined): ClickToCallParts {
    return { ...this.#placing(control), ringSeconds: this.#configuration.dialling.ringSeconds };
  }

  #conferenceParts(control: CallControl | undefined): ConferenceParts {
    return { ...this.#placing(control), ...this.#configuration.conference, apology: () => this.#apology() };
  }

  #placing(control: CallControl | undefined): Omit<ClickToCallParts & ConferenceParts, 'ringSeconds' | 'maximumMinutes' | 'apology'> {
    const { pbx } = this.#parts;
    const { tracker, signal } = control ?? this.#storing;
    return { ...this.#storing, tracker, signal, pbx, placement: this.#phones.placement };
  }

  get #lines(): Lines {
    const { defaultColumn: id } = this.#configuration;
    const defaultColumn = this.#columns.get(id);
    if (defaultColumn === undefined) throw new RangeError(`the default column ${id} is not configured`);
    return { columns: this.#columns, defaultColumn };
  }

  /** The first call must not wait for a voice; what cannot be said is known before somebody is called. */
  async #warmSpeech(): Promise<void> {
    const { speech, log } = this.#parts;
    const problems = await speech.warm(this.#stopping.signal);
    for (const { phrase, error } of problems)
      log.error({ event: 'phrase-failed', phrase, err: error }, 'no sound could be made of a known phrase');
    await this.#apology();
  }

  #apology(): Promise<Announcement | undefined> {
    return prepareApology(this.#configuration.conference.apology, { ...this.#storing, speech: this.#parts.speech });
  }

  #deliveryOf(columnId: string): ReportDelivery | undefined {
    const column = this.#columns.get(columnId);
    return column === undefined ? undefined : this.#deliveries.get(formatAddress(column.configuration.status));
  }

  /** One delivery an address. A reload keeps none: what they were sending is settled, what they claimed comes back. */
  #startDeliveries(before: ReadonlyMap<string, ReportDelivery>): Map<string, ReportDelivery> {
    for (const delivery of before.values()) this.#background.run(delivery.stop(SETTLE_MS));
    const statusTime = createStatusTimeFormatter(this.#configuration.timezone);
    const byAddress = Map.groupBy(this.#columns.values(), ({ configuration }) => formatAddress(configuration.status));
    const deliveries = new Map<string, ReportDelivery>();
    for (const [address, columns] of byAddress) {
      const delivery = new ReportDelivery(columns, {
        ...this.#storing,
        send: this.#parts.send,
        owner: this.#owner,
        keeps: (claimedAt) => this.#upkeep.keeps(claimedAt),
        statusTime,
        waitSeconds: () => this.#configuration.delivery.waitSeconds,
      });
      delivery.start();
      deliveries.set(address, delivery);
    }
    return deliveries;
  }

  #notePopup(columnId: string, outcome: Exclude<PopupResult['outcome'], 'withheld'>): void {
    const evidence = outcome === 'late' ? 'notSent' : outcome;
    const state = evidence === 'notSent' ? 'down' : 'up';
    const before = this.#popups.get(columnId);
    this.#popups.set(columnId, { state, since: before?.state === state ? before.since : this.#parts.clock.now(), evidence });
  }
}

/** A phone system that lives in this process is nobody else's. */
function pbxName({ pbx, node }: Configuration): string {
  return pbx.driver === 'asterisk' ? pbx.asterisk.url : `simulated:${node}`;
}
