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
      routes: routeChannels(columns),
    },
  };
}

/** Channels of the trunks that have a limit of their own, by their endpoints; where several routes limit the same one, the lowest holds. */
function routeChannels(columns: Configuration['columns']): Readonly<Record<string, number>> {
  const lowest = new Map<string, number>();
  for (const { endpoint, channels = Infinity } of columns.flatMap(({ routes }) => routes)) {
    lowest.set(endpoint, Math.min(channels, lowest.get(endpoint) ?? Infinity));
  }
  return Object.fromEntries([...lowest].filter(([, channels]) => channels < Infinity));
}
