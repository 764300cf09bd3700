import type { ReportEvidence } from '../notification.ts';
import type { DeliveryPolicy } from '../policy.ts';

/** A report that was sent, as far as its next step depends on it. */
export interface SentReport {
  /** Sendings so far, this one included. */
  readonly tries: number;
  /** ACKs with another Error so far, this one included. */
  readonly refusals: number;
  /** When it was owed, or driven anew. */
  readonly owedAt: number;
}

/** What follows from a sending. */
export type ReportVerdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'dead' }
  | { readonly state: 'pending'; readonly nextTryAt: number };

/** Whether the evidence shows an answering peer: from then on silence is no delivery to that address. Source: [reading 34]. */
export function showsAcknowledging(evidence: ReportEvidence): boolean {
  return evidence === 'acknowledged' || evidence === 'refused';
}

/** Whether the evidence proves delivery under this policy. `everAcknowledged`: the address has answered with an ACK before. */
export function isDelivered(evidence: ReportEvidence, everAcknowledged: boolean, mode: DeliveryPolicy['evidence']): boolean {
  switch (evidence) {
    case 'acknowledged':
      return true;
    case 'taken':
      return mode !== 'ack';
    case 'unconfirmed':
      return mode === 'auto' && !everAcknowledged;
    case 'refused':
    case 'inDoubt':
    case 'notSent':
      return false;
    default:
      return evidence satisfies never;
  }
}

/** The pause before the next sending, ms; at most the documented one, `jitter` of it random. `random` in [0, 1). */
export function retryPause(tries: number, random: number, policy: Pick<DeliveryPolicy, 'retryMs' | 'jitter'>): number {
  const pause = policy.retryMs[Math.min(tries, policy.retryMs.length) - 1] ?? 0;
  return Math.round(pause * (1 - policy.jitter + policy.jitter * random));
}

/** Delivered, again later, or a dead letter. Source: [TN-13, reading 34]. */
export function judgeSending(
  report: SentReport,
  evidence: ReportEvidence,
  everAcknowledged: boolean,
  random: number,
  now: number,
  policy: DeliveryPolicy,
): ReportVerdict {
  if (isDelivered(evidence, everAcknowledged, policy.evidence)) return { state: 'delivered' };
  if (evidence === 'refused' && report.refusals >= policy.refusals) return { state: 'dead' };
  if (now - report.owedAt >= policy.deadAfterMs) return { state: 'dead' };
  return { state: 'pending', nextTryAt: now + retryPause(report.tries, random, policy) };
}
