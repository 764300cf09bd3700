/** Redial and time to live: what the rules are told. Source: [reading 31, reading 33]. */
export interface RedialPolicy {
  /** Counted attempts a round may have. @defaultValue 3 */
  readonly attempts: number;
  /** From receipt to the last moment an attempt may start, ms. @defaultValue 300,000 */
  readonly timeToLiveMs: number;
  /** Pause after each result, ms. @defaultValue 30,000 / 60,000 / 60,000 */
  readonly retryAfterMs: { readonly busy: number; readonly unanswered: number; readonly unreachable: number };
  /** Counted attempts in all when one of them found the phone unreachable. @defaultValue 2 */
  readonly unreachableAttempts: number;
  /** Pauses after trunk trouble, ms, by how many came in a row; the last one repeats. @defaultValue 5,000 10,000 20,000 30,000 */
  readonly trunkPauseMs: readonly number[];
  /** Whether an attempt's result is reported before the next attempt, or `Queued` in its place. @defaultValue each */
  readonly attemptStatuses: 'each' | 'final';
  /** The same content again within this time after Done is a duplicate, ms. @defaultValue 60,000 */
  readonly duplicateAfterDoneMs: number;
  /** …and after another result, ms. @defaultValue 5,000 */
  readonly duplicateAfterResultMs: number;
}

/** How reports are retried and judged. Source: [reading 34]. */
export interface DeliveryPolicy {
  /** `auto`: design's evidence rules; `ack`: only an ACK counts; `close`: ACK or orderly close. @defaultValue auto */
  readonly evidence: 'auto' | 'ack' | 'close';
  /** @defaultValue 500 1,000 2,000 5,000 10,000 30,000 ms; the last one repeats */
  readonly retryMs: readonly number[];
  /** Share of a pause that is random. @defaultValue 0.2 */
  readonly jitter: number;
  /** ACKs with another Error before a report is a dead letter. @defaultValue 3 */
  readonly refusals: number;
  /** Age at which a report is a dead letter, ms. @defaultValue 7 days */
  readonly deadAfterMs: number;
  /** Drop late non-final reports when a newer one of the GUID waits. @defaultValue false */
  readonly coalesceLate: boolean;
}

/** What may be placed; judged inside the transaction, so that a restart resets nothing. 0 = no limit. */
export interface PlacementLimits {
  /** Legs asked for by one peer within 60 s. @defaultValue 600 */
  readonly perPeerPerMinute: number;
  /** Legs placed to one number within 3,600 s. @defaultValue 20 */
  readonly perCalleePerHour: number;
}

/** Outside legs that may be alive at once. */
export interface ChannelCapacity {
  /** In all. */
  readonly channels: number;
  /** Of those, never taken by SayText. */
  readonly reserve: number;
  /** Per column; a column not named has `channels`. */
  readonly columns: Readonly<Record<string, number>>;
  /** Per route, over all columns; a route not named has no limit of its own. @defaultValue none */
  readonly routes?: Readonly<Record<string, number>>;
}

/** All of it; read anew at every command, so that a reload takes effect at once. */
export interface TrackingPolicy {
  readonly redial: RedialPolicy;
  readonly delivery: DeliveryPolicy;
  readonly limits: PlacementLimits;
  readonly capacity: ChannelCapacity;
}

/** The defaults of the design. */
export const DEFAULT_POLICY: TrackingPolicy = {
  redial: {
    attempts: 3,
    timeToLiveMs: 300_000,
    retryAfterMs: { busy: 30_000, unanswered: 60_000, unreachable: 60_000 },
    unreachableAttempts: 2,
    trunkPauseMs: [5_000, 10_000, 20_000, 30_000],
    attemptStatuses: 'each',
    duplicateAfterDoneMs: 60_000,
    duplicateAfterResultMs: 5_000,
  },
  delivery: {
    evidence: 'auto',
    retryMs: [500, 1_000, 2_000, 5_000, 10_000, 30_000],
    jitter: 0.2,
    refusals: 3,
    deadAfterMs: 7 * 86_400_000,
    coalesceLate: false,
  },
  limits: { perPeerPerMinute: 600, perCalleePerHour: 20 },
  capacity: { channels: 4, reserve: 1, columns: {} },
};
