import type { TrackingError } from './errors.ts';
import type { TrackerEvent } from './tracker.ts';

/**
 * Whether there is room for more. `none`: there is. `low`: the disk is nearly full, `full`: it was full; in both, commands that only make
 * the database larger (a SayText, a Dial) reject with `TRACKING_STORE_FULL`, all others go on, and it ends by itself.
 */
export type StorePressure = 'none' | 'low' | 'full';

/**
 * Where the rows are. `run` executes a command of `commands.ts` in one transaction; commands that arrive while a
 * transaction is being flushed are committed together, each in its own savepoint. A command's constraint failure rejects
 * that command; any other error, or a failed COMMIT, rejects every command of its group, and none of it is stored.
 * `run` resolves only after the COMMIT has been flushed to disk. The commands' and queries' types are the table's in commands.ts.
 */
export interface Store extends AsyncDisposable {
  run(name: string, command: object): Promise<unknown>;
  /** Reads never wait for writes. */
  read(name: string, query: object): Promise<unknown>;
  /** Resolves when the store has failed for good (an I/O error): the process must end; nothing after it is stored. */
  readonly failed: Promise<TrackingError>;
  /** As last heard; absent where the store does not watch its disk. */
  readonly pressure?: StorePressure;
  /** Tells of commits of other nodes on the same database: a hint, some are missed. Returns how to stop. Absent where there is one node. */
  onRemoteEvents?(listener: (events: readonly TrackerEvent[]) => void): () => void;
  close(): Promise<void>;
}
