import type { Finding } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { ProbeConnection } from './probe-connection.ts';
import type { Sample } from './sample.ts';

/** What a check of either side is given. */
export interface PeerContext extends AsyncDisposable {
  readonly evidence: Evidence;
  /** How long a reaction may take. */
  readonly timeoutMs: number;
  /** How long nothing must come before it counts as nothing. */
  readonly quietMs: number;
  /** What is remembered from one check to the next. */
  readonly shared: PeerMemory;
  /** A new connection. @throws PeerGone */
  connect(): Promise<ProbeConnection>;
  /** Is done with the connections so far. */
  closeConnections(): void;
  /** A message that the peer must serve: a `SayText` with a new GUID to a call center, a `Call` to Taxi Navigator. */
  sample(): Sample;
  /** Passes when every one of the samples, all sent on this connection and nothing else, was served. */
  served(samples: readonly Sample[], connection: ProbeConnection): Promise<Finding>;
}

/** What checks leave for later ones. */
export interface PeerMemory {
  /** Whether not even the plainest message was served. */
  neverServed?: true;
  /** The check after which the peer served nobody any more, and whether it was given the time to come back. */
  broken?: {
    readonly by: string;
    /** Whether a message of the protocol did it. */ readonly ofProtocol: boolean;
    readonly forGood: boolean;
  };
}

/** How long "nothing more comes" is watched. */
export const QUIET_MS = 400;

/** How long to wait for a reaction: of a peer that has never shown any, not every check needs to wait the whole time. */
export function reactionMs(timeoutMs: number, { neverServed }: PeerMemory): number {
  return neverServed ? Math.min(timeoutMs, QUIET_MS) : timeoutMs;
}
