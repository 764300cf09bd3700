import type { CallEvidence, Pbx } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';

/** So many calls in a row without a sign of the network are no accident. */
const SILENT_CALLS = 5;

/** What the alarm needs. */
export interface TrunkAlarmParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'trunkAlarm'>;
  readonly pbx: Pick<Pbx, 'state'>;
}

/** A trunk whose last calls did not even ring. */
export interface AlarmedTrunk {
  /** As a route has it, with the placeholder in the place of the number. */
  readonly endpoint: string;
  /** UTC, ms. */
  readonly since: number;
}

/**
 * Watches the trunks: when the last five calls over one ended without ringing, progress or answer, something is wrong with
 * the trunk, its balance or the caller ID, rather than with five phones. Calls that we withdrew or canceled do not count,
 * nor does what could not be asked while the PBX was away. One call that rings ends the alarm.
 */
export class TrunkAlarm {
  readonly #parts: TrunkAlarmParts;
  readonly #trunks = new Map<string, { silent: number; since?: number }>();

  constructor(parts: TrunkAlarmParts) {
    this.#parts = parts;
  }

  get alarms(): readonly AlarmedTrunk[] {
    return [...this.#trunks].flatMap(([endpoint, { since }]) => (since === undefined ? [] : [{ endpoint, since }]));
  }

  /** A call over the trunk rang, made progress or was answered. */
  reached(endpoint: string): void {
    const over = this.#trunks.get(endpoint)?.since !== undefined;
    this.#trunks.set(endpoint, { silent: 0 });
    this.#parts.metrics.trunkAlarm(endpoint, false);
    if (over) this.#parts.log.info({ event: 'trunk-alarm-over', endpoint }, 'calls over the trunk ring again');
  }

  /** A call over the trunk has ended. */
  ended(endpoint: string, evidence: CallEvidence): void {
    const { clock, log, metrics, pbx } = this.#parts;
    if (evidence.answered || evidence.rang || evidence.progress) return this.reached(endpoint);
    if (evidence.givenUp === 'canceled' || evidence.givenUp === 'shutdown' || pbx.state !== 'ready') return;
    const { silent: before, since } = this.#trunks.get(endpoint) ?? { silent: 0 };
    const silent = Math.min(SILENT_CALLS, before + 1);
    const alarmed = silent === SILENT_CALLS;
    this.#trunks.set(endpoint, alarmed ? { silent, since: since ?? clock.now() } : { silent });
    metrics.trunkAlarm(endpoint, alarmed);
    if (!alarmed || since !== undefined) return;
    const { hangupCause, sipCode } = evidence;
    log.error(
      { event: 'trunk-alarm', endpoint, calls: SILENT_CALLS, hangupCause, sipCode },
      'the last calls over the trunk ended without ringing: trunk, balance or caller ID?',
    );
  }

  /** Forgets the trunks that are not configured any more. */
  keep(endpoints: ReadonlySet<string>): void {
    for (const endpoint of this.#trunks.keys()) {
      if (endpoints.has(endpoint)) continue;
      this.#trunks.delete(endpoint);
      this.#parts.metrics.trunkAlarm(endpoint, undefined);
    }
  }
}
