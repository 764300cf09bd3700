import { fail, pass, type Finding } from '../check.ts';
import { Evidence } from '../evidence.ts';
import { QUIET_MS, reactionMs, type PeerContext, type PeerMemory } from '../peer-context.ts';
import { ProbeConnection } from '../probe-connection.ts';
import type { Sample } from '../sample.ts';
import { visibleBytes } from '../../visible.ts';
import type { WireBlock } from '../wire-block.ts';

/** What the judge of a dispatch program is told. */
export interface NavigatorSetting {
  /** Where it accepts Call. */
  readonly peer: { readonly host: string; readonly port: number };
  /** Where it accepts SayTextStatus. */
  readonly status: { readonly host: string; readonly port: number };
  readonly timeoutMs: number;
  /** Who calls, as it stands on the wire. */
  readonly callerId: string;
  /** A monotonic clock, ms. */
  readonly now: () => number;
}

/** What all checks of a dispatch program share. */
export class NavigatorBench {
  readonly setting: NavigatorSetting;
  readonly memory: PeerMemory = {};

  constructor(setting: NavigatorSetting) {
    this.setting = setting;
  }

  open(): NavigatorContext {
    return new NavigatorContext(this);
  }
}

/** Whether a block is an answer that accepts. Source: [TN-8]. */
export function isOk(block: WireBlock): boolean {
  return block.field('Message')?.toUpperCase() === 'ACK' && block.field('Error')?.toUpperCase() === 'OK';
}

/** What one check of a dispatch program is given. */
export class NavigatorContext implements PeerContext {
  readonly evidence: Evidence;
  readonly quietMs: number = QUIET_MS;
  readonly setting: NavigatorSetting;
  readonly shared: PeerMemory;
  readonly #connections: ProbeConnection[] = [];

  constructor({ setting, memory }: NavigatorBench) {
    this.setting = setting;
    this.shared = memory;
    this.evidence = new Evidence(setting.now);
  }

  get timeoutMs(): number {
    return reactionMs(this.setting.timeoutMs, this.shared);
  }

  connect(): Promise<ProbeConnection> {
    return this.#open(this.setting.peer, 'connection');
  }

  /** A connection to where statuses are accepted. */
  connectForStatus(): Promise<ProbeConnection> {
    return this.#open(this.setting.status, 'status connection');
  }

  sample(carType = 'Universal'): Sample {
    const fields = [
      ['Message', 'Call'],
      ['CallerID', this.setting.callerId],
      ['CarType', carType],
    ] as const;
    return { fields, guid: '' };
  }

  /** Calls are served when each is answered on its connection by an ACK with OK. Source: [TN-8]. */
  async served(samples: readonly Sample[], connection: ProbeConnection): Promise<Finding> {
    const enough = (): boolean => connection.blocks.length >= samples.length || connection.over;
    await connection.until(enough, this.timeoutMs);
    const answers = connection.blocks.slice(0, samples.length);
    const other = answers.find((answer) => !isOk(answer));
    if (other !== undefined) return fail(`expected ACK with Error OK, got ${visibleBytes(other.bytes)}`);
    if (answers.length === samples.length) return pass(`${answers.length} answered with ACK and OK`);
    const end = connection.over ? ` before the connection ended (${connection.broken ?? 'FIN'})` : ` within ${this.timeoutMs} ms`;
    return fail(`${answers.length} of ${samples.length} Calls were answered${end}`);
  }

  closeConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeConnections();
    await Promise.resolve();
  }

  async #open(address: NavigatorSetting['peer'], place: string): Promise<ProbeConnection> {
    const nth = this.#connections.length + 1;
    const { evidence, timeoutMs } = this;
    const name = nth === 1 ? place : `${place} ${nth}`;
    const connection = await ProbeConnection.open({ address, name, evidence, connectMs: timeoutMs });
    this.#connections.push(connection);
    return connection;
  }
}
