import { parsePhoneNumber } from '@taxinav/codec';
import type { Tracker } from '@taxinav/notification-tracking';
import type { IncomingCall, IncomingCallOutcome } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';
import type { Logger } from '../logging.ts';
import { columnOfLine, stopRedial, type Lines } from './caller-popup.ts';

/** Missed calls remembered at most; the oldest go first. */
const MISSED_CALLS = 1_000;

/** What the job needs. */
export interface CallsInParts {
  readonly tracker: Pick<Tracker, 'reachedInbound' | 'noteHandled'>;
  readonly lines: () => Lines;
  /** Shows a popup, and says so in log, metrics and call log. */
  readonly popup: (call: IncomingCall, moment: 'incoming' | 'missed') => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Calls from outside: when their popups are due by the column's `popups`, that who calls in is not called any more, and who
 * of the house took the call, for the next Dial to the same number. Source: [TN-4, reading 36].
 */
export class CallsIn {
  readonly #parts: CallsInParts;
  readonly #missed = new Set<string>();

  constructor(parts: CallsInParts) {
    this.#parts = parts;
  }

  /** A call comes in. */
  async comesIn(call: IncomingCall): Promise<void> {
    const { lines, popup } = this.#parts;
    const { column } = columnOfLine(call, lines());
    if (column.configuration.popups !== 'missed') return void (await popup(call, 'incoming'));
    const phone = parsePhoneNumber(call.callerId ?? '');
    if (phone !== undefined) await stopRedial(phone, column, this.#parts);
  }

  /** What the PBX's own routing made of it. */
  async ended({ call, outcome, endpoint }: IncomingCallOutcome): Promise<void> {
    const { tracker, lines, popup, clock } = this.#parts;
    const all = lines();
    if (outcome === 'missed') {
      if (columnOfLine(call, all).column.configuration.popups !== 'incoming' && this.#isNew(call.linkedId)) await popup(call, 'missed');
      return;
    }
    const phone = parsePhoneNumber(call.callerId ?? '');
    // Whoever is no operator of ours, a queue or a trunk, is nobody to be rung later.
    if (phone === undefined || endpoint === undefined || ![...all.columns.values()].some(({ operators }) => operators.has(endpoint)))
      return;
    await tracker.noteHandled({ now: clock.now(), phone, endpoint });
  }

  #isNew(linkedId: string): boolean {
    if (this.#missed.has(linkedId)) return false;
    for (const oldest of this.#missed) {
      if (this.#missed.size < MISSED_CALLS) break;
      this.#missed.delete(oldest);
    }
    this.#missed.add(linkedId);
    return true;
  }
}
