import type { CanonicalGuid } from '@taxinav/codec';
import type { TrackingPolicy } from '../policy.ts';

/** What the tracker adds to a command that rules have to judge. */
export interface Judged {
  readonly policy: TrackingPolicy;
}

/** What the tracker adds to a command about one GUID. */
export interface Keyed {
  readonly canonicalGuid: CanonicalGuid;
}

/** What the tracker adds to a command that may be the first to need the installation's name. */
export interface Installing {
  /** Random; kept if the database has no installation yet. 8 lower-case hexadecimal characters. */
  readonly installationCandidate: string;
}
