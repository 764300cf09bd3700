import { LeaseWatch, NodeWatch, type AbandonedLease, type Tracker } from '@taxinav/notification-tracking';
import type { Clock } from '@taxinav/transport';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';

/** What people say to each other on a PBX that nobody comes back for is over after so long at the earliest, ms. A Dial may last 2 h. */
const TALK_MS = 10_800_000;
/** …and so long after the longest conference, ms: for its set-up, and the clocks of two machines. */
const AFTER_CONFERENCE_MS = 3_600_000;

/** What looking after other nodes needs. */
export interface OtherNodesParts {
  readonly tracker: Pick<Tracker, 'nodes' | 'forgetNode' | 'leasesInUse' | 'endAbandoned'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'callEnded'>;
  /** This node. */
  readonly node: string;
  /** `conference.maximumMinutes` as it stands; the other nodes' is taken for the same. */
  readonly conferenceMinutes: () => number;
}

/** Looks after what other nodes of the same database leave behind: claims of the dead, and calls on a PBX that nobody comes back for. */
export class OtherNodes {
  readonly #parts: OtherNodesParts;
  readonly #nodes: NodeWatch;
  #leases: { readonly watch: LeaseWatch; readonly abandonedTalkMs: number } | undefined;

  constructor(parts: OtherNodesParts) {
    this.#parts = parts;
    this.#nodes = new NodeWatch(parts.node);
  }

  /** To be called every few seconds: what stands still is seen by looking at it all the while. */
  async look(): Promise<void> {
    await this.#forgetTheDead();
    await this.#endAbandoned();
  }

  /** What a dead node had claimed is given back; its calls are the business of who holds their PBX. */
  async #forgetTheDead(): Promise<void> {
    const { tracker, clock, log } = this.#parts;
    const nodes = await tracker.nodes();
    for (const seen of this.#nodes.look(nodes, clock.monotonic()))
      if (await tracker.forgetNode({ now: clock.now(), seen }))
        log.warn({ event: 'node-dead', node: seen.node }, 'another node stands still: what it had claimed is given back');
  }

  /** …unless nobody does: a host that is gone for good with its bridge and its PBX. */
  async #endAbandoned(): Promise<void> {
    const { tracker, clock } = this.#parts;
    const leases = await tracker.leasesInUse();
    for (const abandoned of this.#watch().look(leases, clock.monotonic())) await this.#end(abandoned);
  }

  #watch(): LeaseWatch {
    const abandonedTalkMs = Math.max(TALK_MS, this.#parts.conferenceMinutes() * 60_000 + AFTER_CONFERENCE_MS);
    if (this.#leases?.abandonedTalkMs !== abandonedTalkMs) this.#leases = { watch: new LeaseWatch({ abandonedTalkMs }), abandonedTalkMs };
    return this.#leases.watch;
  }

  async #end({ seen, talks }: AbandonedLease): Promise<void> {
    const { tracker, clock, log, metrics } = this.#parts;
    const ended = await tracker.endAbandoned({ now: clock.now(), seen, talks });
    if (ended === undefined) return;
    const { attempts, calls } = ended;
    log.error(
      { event: 'pbx-abandoned', lease: seen.lease, node: seen.node, attempts: attempts.length, calls: calls.length },
      'nobody has come back to a PBX: what was alive on it is over, its channels are free',
    );
    for (const { callId, columnId } of attempts) {
      metrics.callEnded(columnId, 'lost');
      log.info({ event: 'attempt-ended', column: columnId, callId, outcome: 'lost', detail: 'nobody came back to its PBX' }, 'call ended');
    }
  }
}
