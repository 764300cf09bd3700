import type { Clock } from '../clock.ts';
import type { EndpointSilence } from '../endpoint-silence.ts';
import type { AriClient } from './ari-client.ts';
import type { AsteriskWarning } from './options.ts';

/** What the calls need of the driver. */
export interface CallParts {
  readonly clock: Clock;
  readonly client: AriClient;
  readonly application: string;
  readonly silence: EndpointSilence;
  readonly media: (path: string) => string;
  readonly mayOriginate: () => boolean;
  /** Takes a bridge away that could not be destroyed; `doubted`: it may still come into being. */
  readonly leaveBridge: (bridgeId: string, doubted: boolean) => void;
  readonly warn: (warning: AsteriskWarning) => void;
  /** The number of the connection of the moment, never used again; none while the PBX is away. */
  readonly connection: () => number | undefined;
}
