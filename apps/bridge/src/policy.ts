import type { Configuration } from '@taxinav/bridge-contract';
import { DEFAULT_POLICY, type TrackingPolicy } from '@taxinav/notification-tracking';

/** The tracker's rules as the configuration sets them; what it does not name keeps the design's default. */
export function trackingPolicy(configuration: Configuration): TrackingPolicy {
  const { dialling, delivery, limits, columns } = configuration;
  const { busy, unanswered, unreachable } = dialling.retryAfterSeconds;
  return {
    redial: {
      ...DEFAULT_POLICY.redial,
      attempts: dialling.attempts,
      timeToLiveMs: dialling.timeToLiveSeconds * 1_000,
      retryAfterMs: { busy: busy * 1_000, unanswered: unanswered * 1_000, unreachable: unreachable * 1_000 },
      attemptStatuses: dialling.attemptStatuses,
    },
    delivery: {
      ...DEFAULT_POLICY.delivery,
      evidence: delivery.evidence,
      deadAfterMs: delivery.deadAfterDays * 86_400_000,
      coalesceLate: delivery.coalesceLate,
    },
    limits,
    capacity: {
      channels: dialling.channels,
      reserve: dialling.reserve,
      columns: Object.fromEntries(columns.map(({ id, channels }) => [id, channels])),
    },
  };
}
