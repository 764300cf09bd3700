import type { SayTextStatus, StatusTime } from '@taxinav/codec';
import { formatAddress } from '@taxinav/bridge-contract';
import type { Owner, Report, Tracker } from '@taxinav/notification-tracking';
import { backoffMs, TransportError, type Delivery, type SendContext, type SendOptions } from '@taxinav/transport';
import { Background } from '../background.ts';
import type { Column } from '../column.ts';
import type { Metrics } from '../metrics.ts';
import { untilStored, type StoringContext } from '../until-stored.ts';
import { WakeUp } from '../wake-up.ts';

/** Connections to one address at a time. Source: [reading 34]. */
const LANES = 4;
/** How long to sleep when the store knows of nothing: a lost wake-up costs no more than this. */
const IDLE_MS = 5_000;

/** What the delivery to one address needs. */
export interface ReportsParts extends StoringContext {
  readonly tracker: Pick<Tracker, 'claimReports' | 'settleReport'>;
  readonly send: (options: SendOptions, message: SayTextStatus, context: SendContext) => Promise<Delivery>;
  readonly metrics: Metrics;
  readonly owner: Owner;
  /** Whether a report that was claimed then, monotonic ms, is surely still this node's to send. */
  readonly keeps: (claimedAt: number) => boolean;
  /** The wall clock of the configured zone at a moment, UTC ms. Source: [reading 32]. */
  readonly statusTime: (changedAt: number) => StatusTime;
  /** How long to wait for Taxi Navigator's reaction. */
  readonly waitSeconds: () => number;
}

/** Why a report is given back unsent. */
const NOT_KEPT = 'This bridge stood still, or its database was slow: another one may have sent it.';

/** What is known of an address. */
export interface NavigatorState {
  readonly state: 'unknown' | 'up' | 'down';
  /** UTC, ms. */
  readonly since: number;
  readonly evidence?: Delivery['evidence'];
}

/**
 * Delivers the statuses owed to one address, which may serve several columns: in order per GUID, at most four at a time;
 * while the address is down, one probe at a time, so that a dead address delays nobody else. What a reaction proves is the
 * tracker's to judge. Source: [TN-13, TN-17, reading 34].
 */
export class ReportDelivery {
  readonly #columns: readonly Column[];
  readonly #parts: ReportsParts;
  readonly #stopping = new AbortController();
  readonly #wakeUp: WakeUp;
  readonly #sending: Background;
  #turn = 0;
  /** What is being sent or settled, by report; with its column. */
  readonly #held = new Map<number, string>();
  /** Columns whose last claim may have claimed what was never told to us. */
  readonly #doubtful = new Set<string>();
  #failures = 0;
  #probeAt = 0;
  #navigator: NavigatorState;
  #loop: Promise<void> = Promise.resolve();

  /** `columns` share one status address. */
  constructor(columns: readonly Column[], parts: ReportsParts) {
    this.#columns = columns;
    this.#parts = parts;
    this.#wakeUp = new WakeUp(parts.clock);
    this.#navigator = { state: 'unknown', since: parts.clock.now() };
    this.#sending = new Background((error) => {
      if (!this.#stopping.signal.aborted) parts.log.error({ event: 'report-failed', err: error }, 'a status could not be settled');
    });
  }

  get navigator(): NavigatorState {
    return this.#navigator;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /** Taxi Navigator has been heard: whoever talks to us may be listening again. */
  heard(): void {
    if (this.#failures > 0) this.#probeAt = 0;
    this.#wakeUp.wake();
  }

  /** Claims nothing more and waits for what is being sent, at most `ms`. */
  async stop(ms: number): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    const done = new AbortController();
    const timer = this.#parts.clock.sleep(ms, done.signal).catch(() => undefined);
    await Promise.race([this.#sending.settled(), timer]);
    done.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pause = IDLE_MS;
      try {
        pause = await this.#claim();
      } catch (error) {
        this.#parts.log.error({ event: 'claim-failed', what: 'reports', err: error }, 'statuses could not be read');
        pause = 1_000;
      }
      await this.#wakeUp.sleep(pause, signal);
    }
  }

  /** Claims what the address may be given now; returns how long nothing more is expected, ms. */
  async #claim(): Promise<number> {
    const { clock } = this.#parts;
    let pause = IDLE_MS;
    // Another column is asked first each time, so that none starves the others at a shared address.
    this.#turn = (this.#turn + 1) % this.#columns.length;
    for (const column of [...this.#columns.slice(this.#turn), ...this.#columns.slice(0, this.#turn)]) {
      const room = this.#room();
      // A report that is settled wakes the loop, so there is nothing to wait for here.
      if (room <= 0) return this.#failures > 0 && this.#held.size === 0 ? Math.max(1, this.#probeAt - clock.monotonic()) : IDLE_MS;
      const claimedAt = clock.monotonic();
      const { reports, nextAt } = await this.#claimOf(column, room);
      for (const report of reports) this.#sending.run(this.#deliver(report, column, claimedAt));
      if (reports.length === room) this.#wakeUp.wake();
      if (nextAt !== undefined) pause = Math.min(pause, Math.max(1, nextAt - clock.now()));
    }
    return pause;
  }

  async #claimOf({ id: columnId }: Column, limit: number): ReturnType<Tracker['claimReports']> {
    const { tracker, clock, owner } = this.#parts;
    const holds = this.#doubtful.has(columnId)
      ? { holds: [...this.#held].flatMap(([reportId, column]) => (column === columnId ? [reportId] : [])) }
      : {};
    // Until it is answered: what was committed and not told would wait for minutes, with nobody to send it.
    this.#doubtful.add(columnId);
    const claimed = await tracker.claimReports({ now: clock.now(), ...owner, columnId, limit, ...holds });
    this.#doubtful.delete(columnId);
    for (const { reportId } of claimed.reports) this.#held.set(reportId, columnId);
    return claimed;
  }

  #room(): number {
    if (this.#failures === 0) return LANES - this.#held.size;
    return this.#held.size === 0 && this.#parts.clock.monotonic() >= this.#probeAt ? 1 : 0;
  }

  async #deliver(report: Report, column: Column, claimedAt: number): Promise<void> {
    const { tracker, clock, random, log, metrics, owner } = this.#parts;
    const { status: address } = column.configuration;
    try {
      // Asked when the first byte can be written: until then this process may have stood still.
      const delivery = await this.#send(report, column, () => this.#parts.keeps(claimedAt));
      const { evidence } = delivery;
      const kept = !(delivery.cause instanceof TransportError && delivery.cause.code === 'TRANSPORT_NOT_WANTED');
      const reason = kept ? delivery.reason : NOT_KEPT;
      // What is not sent for that says nothing about the address.
      if (kept) {
        metrics.sent(column.id, 'SayTextStatus', evidence);
        this.#note(evidence, reason, column);
      }
      const settled = await untilStored(
        'settleReport',
        () =>
          tracker.settleReport({
            now: clock.now(),
            ...owner,
            reportId: report.reportId,
            evidence,
            address: formatAddress(address),
            random: random(),
          }),
        this.#parts,
      );
      const level =
        settled.state === 'dead' ? 'error' : evidence === 'notSent' || evidence === 'inDoubt' || evidence === 'refused' ? 'warn' : 'info';
      log[level](
        {
          event: 'status',
          column: column.id,
          guid: report.guid,
          status: report.status,
          evidence,
          state: settled.state,
          tries: report.tries + 1,
          reason,
        },
        'SayTextStatus',
      );
    } finally {
      this.#held.delete(report.reportId);
      this.#wakeUp.wake();
    }
  }

  #send(report: Report, column: Column, stillWanted: () => boolean): Promise<Delivery> {
    const { status: address, encoding } = column.configuration;
    const { host, port } = address;
    return this.#parts.send(
      { host, port, encoding, waitMs: this.#parts.waitSeconds() * 1_000 },
      {
        message: 'SayTextStatus',
        guid: report.guid,
        status: report.status,
        statusChangedTime: this.#parts.statusTime(report.changedAt),
      },
      { signal: this.#parts.signal, stillWanted },
    );
  }

  /** Only what says that the address itself is not well opens the breaker; a refusal or a silence is about one report. */
  #note(evidence: Delivery['evidence'], reason: string, column: Column): void {
    const { clock, random, log } = this.#parts;
    const wasUp = this.#navigator.state;
    if (evidence === 'notSent') {
      this.#probeAt = clock.monotonic() + backoffMs(this.#failures, { random });
      this.#failures += 1;
      if (wasUp !== 'down') log.error({ event: 'navigator-down', column: column.id, reason }, 'Taxi Navigator does not accept statuses');
    } else {
      this.#failures = 0;
      if (wasUp === 'down') log.info({ event: 'navigator-up', column: column.id }, 'Taxi Navigator accepts statuses again');
    }
    const state = evidence === 'notSent' ? 'down' : 'up';
    this.#navigator = { state, since: state === wasUp ? this.#navigator.since : clock.now(), evidence };
  }
}
