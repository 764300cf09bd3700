import { canonicalGuid, type CanonicalGuid, type Guid, type NotificationStatus, type SayTextStatus, type StatusTime } from '@taxinav/codec';
import type { Delivery } from '@taxinav/transport';

/** What the reports need. */
export interface StatusReportsParts {
  readonly send: (message: SayTextStatus) => Promise<Delivery>;
  /** The wall clock now. */
  readonly time: () => StatusTime;
  /** Waits for so many paces; rejects when the simulator stops. */
  readonly pace: (paces: number) => Promise<void>;
  /** A status that could not be delivered. */
  readonly lost: (status: SayTextStatus, delivery: Delivery) => void;
}

/** Notifications that may be alive at once; a further one is canceled. */
export const ALIVE = 1_000;

/** How often a status is sent before it is given up. */
const TRIES = 3;

/** Reports the statuses of notifications, in order for each GUID. Source: [TN-13, TN-15]. */
export class StatusReports {
  readonly #parts: StatusReportsParts;
  readonly #alive = new Map<CanonicalGuid, NotificationStatus>();

  constructor(parts: StatusReportsParts) {
    this.#parts = parts;
  }

  /** Goes through these statuses; a GUID that is alive only has its current status repeated [reading 33]. Rejects when the simulator stops. */
  async run(guid: Guid, statuses: readonly NotificationStatus[]): Promise<void> {
    const key = canonicalGuid(guid);
    const current = this.#alive.get(key);
    if (current !== undefined) return await this.#report(guid, current);
    if (this.#alive.size >= ALIVE) return await this.#report(guid, 'Canceled');
    try {
      for (const [index, status] of statuses.entries()) {
        // What is never dialled waits longer before it is given up.
        if (index > 0) await this.#parts.pace(status === 'Canceled' ? 3 : 1);
        this.#alive.set(key, status);
        await this.#report(guid, status);
      }
    } finally {
      this.#alive.delete(key);
    }
  }

  async #report(guid: Guid, status: NotificationStatus): Promise<void> {
    const { send, time, pace, lost } = this.#parts;
    const report: SayTextStatus = { message: 'SayTextStatus', guid, status, statusChangedTime: time() };
    for (let tries = 1; ; tries++) {
      const delivery = await send(report);
      // [reading 34]: after a reset it is sent again too, as the same bytes.
      if (delivery.evidence === 'acknowledged' || delivery.evidence === 'taken' || delivery.evidence === 'unconfirmed') return;
      if (tries === TRIES) return lost(report, delivery);
      await pace(1);
    }
  }
}
