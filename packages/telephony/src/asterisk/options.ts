import type { Clock } from '../clock.ts';

/** What the driver survives and whoever runs it should know: a short word and what it is about, without phone numbers. */
export interface AsteriskWarning {
  readonly code:
    | 'ARI_REQUEST_FAILED'
    | 'ARI_EVENT_UNREADABLE'
    | 'ARI_UNAUTHORIZED'
    | 'ARI_APPLICATION_REPLACED'
    | 'ARI_SILENT'
    | 'ARI_DEAF'
    | 'PLAYBACK_FAILED'
    | 'PLAYBACK_UNFINISHED'
    | 'ORPHAN_HUNG_UP';
  readonly message: string;
  readonly callId?: string;
  readonly cause?: unknown;
}

/** How an Asterisk is reached, and what the driver may use of it. */
export interface AsteriskPbxOptions {
  readonly clock: Clock;
  /** In [0, 1); spreads reconnects. */
  readonly random: () => number;
  /** Base URL of ARI without a trailing slash: `http://127.0.0.1:8088/ari`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** For call control; the driver also opens `<application>-events`, subscribed to all channels and bridges, for calls from outside. */
  readonly application: string;
  /** From a prepared sound's path to what `play` is told. @defaultValue `sound:<path>`: Asterisk reads the files of this machine */
  readonly media?: (path: string) => string;
  /**
   * Whether this process may use the PBX now, asked before each originate and each other request that a phone notices (hang-ups and sounds too,
   * but not the giving back of a caller, whom nobody may hold): the holder of a lease says no when it is too old. @defaultValue always
   */
  readonly mayOriginate?: () => boolean;
  /** Linked ids of calls from outside remembered at most within their minute. @defaultValue 10,000 */
  readonly linkedIds?: number;
  /** Called for what is survived; must not throw. @defaultValue ignored */
  readonly onWarning?: (warning: AsteriskWarning) => void;
}
