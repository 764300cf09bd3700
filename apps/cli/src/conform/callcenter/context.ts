import { setTimeout as pause } from 'node:timers/promises';
import { randomGuid } from '../../random-guid.ts';
import { fail, inconclusive, pass, type Finding } from '../check.ts';
import { Changes } from '../changes.ts';
import { Evidence } from '../evidence.ts';
import { QUIET_MS, reactionMs, type PeerContext, type PeerMemory } from '../peer-context.ts';
import { ProbeConnection } from '../probe-connection.ts';
import { strict, type Sample } from '../sample.ts';
import type { WireBlock } from '../wire-block.ts';
import { readReport, type Report } from './report.ts';
import { ReportJournal } from './report-journal.ts';

/** How long lines may be taken by the calls that the judge itself has asked for. */
const LINES_FREE_MS = 15_000;
const ASK_AGAIN_MS = 500;
/** How long the reply to a Conference may take: it waits until the driver's call was accepted. */
export const REPLY_MS = 20_000;

/** What the judge of a call center is told. Numbers are as they stand on the wire. */
export interface CallCenterSetting {
  readonly peer: { readonly host: string; readonly port: number };
  /** How long a reaction may take. */
  readonly timeoutMs: number;
  /** How long a notification may take from its first status to its last. */
  readonly patienceMs: number;
  /** Numbers that may be dialled and answer: one whose call is followed to its end, and others, used in turn, for SayTexts of which only the first status is awaited. */
  readonly numbers: { readonly followed: string; readonly others: readonly string[] };
  readonly conference?: { readonly driver: string; readonly passenger: string } | undefined;
  readonly busyNumber?: string | undefined;
  readonly unansweredNumber?: string | undefined;
  readonly unreachableNumber?: string | undefined;
  /** The peer's wall clock. */
  readonly timezone: string;
  /** How long to wait for a call to come in; absent: no port for `Call` is open. */
  readonly callWaitMs?: number | undefined;
  /** A monotonic clock, ms. */
  readonly now: () => number;
}

/** One notification, followed from its SayText to its end; several checks judge it. */
export interface Life {
  readonly guid: string;
  readonly reports: readonly Report[];
  /** Whether its last status arrived in time. */
  readonly ended: boolean;
  readonly evidence: Evidence;
}

/** A `Call` that came in, and what else came on its heels. */
export interface IncomingCall {
  readonly block: WireBlock;
  readonly evidence: Evidence;
}

/** A reply to a Conference. */
export interface ConferenceReply {
  readonly blocks: readonly WireBlock[];
  readonly evidence: Evidence;
}

/** What all checks of a call center share. */
export class CallCenterBench {
  readonly setting: CallCenterSetting;
  readonly journal: ReportJournal = new ReportJournal();
  readonly memory: PeerMemory = {};
  readonly #calls: IncomingCall[] = [];
  readonly #called = new Changes();
  #samples = 0;
  #life: { readonly begun: Promise<string>; readonly whole: Promise<Life> } | undefined;
  #conference: Promise<ConferenceReply> | undefined;

  constructor(setting: CallCenterSetting) {
    this.setting = setting;
  }

  open(): CallCenterContext {
    return new CallCenterContext(this);
  }

  /** A SayText with a new GUID, whose reports go to this evidence. */
  sayText(evidence: Evidence, number?: string): Sample {
    const { numbers } = this.setting;
    const guid = randomGuid();
    this.journal.expect(guid, evidence);
    const turn = this.#samples++ % numbers.others.length;
    const fields = [
      ['Message', 'SayText'],
      ['NumberToCall', number ?? numbers.others[turn] ?? ''],
      ['TextToSay', 'Машина подана, белый Ланос'],
      ['Guid', guid],
    ] as const;
    return { fields, guid };
  }

  /** Keeps a call that came in. */
  heardCall(block: WireBlock): void {
    const evidence = new Evidence(this.setting.now);
    evidence.block('peer', 'call address', block.bytes);
    if (this.#calls.length < 10) this.#calls.push({ block, evidence });
    this.#called.tell();
  }

  /** The calls that came in, as soon as there is one, or none after all. */
  async calls(): Promise<readonly IncomingCall[]> {
    await this.#called.until(() => this.#calls.length > 0, this.setting.callWaitMs ?? 0);
    return this.#calls;
  }

  /** The notification that several checks judge; `begun` is its first status, empty when none came. */
  life(): { readonly begun: Promise<string>; readonly whole: Promise<Life> } {
    if (this.#life === undefined) {
      const { promise: begun, resolve, reject } = Promise.withResolvers<string>();
      const whole = this.#live(resolve);
      whole.catch(reject);
      // Whoever asks for it hears of it; that nobody did is no error.
      begun.catch(() => undefined);
      this.#life = { begun, whole };
    }
    return this.#life;
  }

  /** The reply to a Conference that several checks judge; a refusal may be for want of lines, so it is asked for again for a while. */
  conference(message: Uint8Array): Promise<ConferenceReply> {
    this.#conference ??= (async () => {
      const { now, patienceMs } = this.setting;
      const until = now() + Math.min(patienceMs, LINES_FREE_MS);
      for (;;) {
        const evidence = new Evidence(now);
        const connection = await this.connect(evidence, 'connection');
        await connection.write(message);
        await connection.until(() => connection.blocks.length > 0 || connection.over, Math.min(patienceMs, REPLY_MS));
        const blocks = [...connection.blocks];
        connection.close();
        const error = blocks[0]?.field('Error')?.toUpperCase();
        if (error === undefined || error === 'OK' || now() >= until) return { blocks, evidence };
        await pause(ASK_AGAIN_MS);
      }
    })();
    return this.#conference;
  }

  connect(evidence: Evidence, name: string): Promise<ProbeConnection> {
    const { peer, timeoutMs } = this.setting;
    return ProbeConnection.open({
      address: peer,
      name,
      evidence,
      connectMs: timeoutMs,
      onBlock: (block) => {
        const report = readReport(block, 'connection', Date.now());
        if (report !== undefined) this.journal.add(report);
      },
    });
  }

  async #live(begun: (status: string) => void): Promise<Life> {
    const { journal } = this;
    const { timeoutMs, patienceMs, now } = this.setting;
    const evidence = new Evidence(now);
    const sample = this.sayText(evidence, this.setting.numbers.followed);
    const connection = await this.connect(evidence, 'connection');
    try {
      await connection.write(strict(sample));
      const reports = (): readonly Report[] => journal.of(sample.guid);
      await journal.until(() => reports().length > 0, timeoutMs);
      begun(reports()[0]?.status ?? '');
      const over = (): boolean => reports().some(({ status }) => status === 'Done' || status === 'Canceled');
      const ended = reports().length > 0 && (await journal.until(over, patienceMs));
      // Nothing may follow the last status.
      await journal.until(() => false, QUIET_MS);
      return { guid: sample.guid, reports: [...reports()], ended, evidence };
    } finally {
      connection.close();
    }
  }
}

/** What one check of a call center is given. */
export class CallCenterContext implements PeerContext {
  readonly bench: CallCenterBench;
  readonly evidence: Evidence;
  readonly quietMs: number = QUIET_MS;
  readonly #connections: ProbeConnection[] = [];

  constructor(bench: CallCenterBench) {
    this.bench = bench;
    this.evidence = new Evidence(bench.setting.now);
  }

  get setting(): CallCenterSetting {
    return this.bench.setting;
  }

  get timeoutMs(): number {
    return reactionMs(this.setting.timeoutMs, this.shared);
  }

  get shared(): PeerMemory {
    return this.bench.memory;
  }

  async connect(): Promise<ProbeConnection> {
    const nth = this.#connections.length + 1;
    const connection = await this.bench.connect(this.evidence, nth === 1 ? 'connection' : `connection ${nth}`);
    this.#connections.push(connection);
    return connection;
  }

  sample(number?: string): Sample {
    return this.bench.sayText(this.evidence, number);
  }

  reports(guid: string): readonly Report[] {
    return this.bench.journal.of(guid);
  }

  /** Whether the condition came true within `ms`; looks at every report. */
  untilReport(condition: () => boolean, ms: number): Promise<boolean> {
    return this.bench.journal.until(condition, ms);
  }

  /** A SayText is served when a status other than `Canceled` arrives for its GUID, wherever it arrives. Source: [TN-13]. */
  async served(samples: readonly Sample[]): Promise<Finding> {
    const missing = (): Sample | undefined => samples.find(({ guid }) => this.reports(guid).length === 0);
    await this.untilReport(() => missing() === undefined, this.timeoutMs);
    const unserved = missing();
    if (unserved !== undefined) {
      const others = this.bench.journal.strays.length;
      const hint = others === 0 ? '' : `; ${others} came with Guids that were never sent`;
      return fail(`no SayTextStatus for Guid ${unserved.guid} within ${this.timeoutMs} ms${hint}`);
    }
    const refused = samples.find(({ guid }) => this.reports(guid)[0]?.status === 'Canceled');
    if (refused === undefined) return pass(`${samples.map(({ guid }) => this.reports(guid)[0]?.status).join(', ')} arrived`);
    if (await this.refusesAll())
      return inconclusive('the peer cancels even a plain SayText: give it a --number that may be dialled, and room for the calls');
    return fail(`Canceled arrived for Guid ${refused.guid}: the message was read otherwise than it was written, or refused`);
  }

  /** The life that several checks judge; its evidence becomes this check's. */
  async life(): Promise<Life> {
    const life = await this.bench.life().whole;
    this.evidence.adopt(life.evidence);
    return life;
  }

  /** Whether even the plainest SayText was canceled at once. */
  async refusesAll(): Promise<boolean> {
    return (await this.bench.life().begun) === 'Canceled';
  }

  closeConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeConnections();
    await Promise.resolve();
  }
}
