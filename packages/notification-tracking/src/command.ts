import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { TrackerEvent } from './tracker.ts';

/** What a command leaves behind: its answer, and what its owner is told after the COMMIT. Plain data, it crosses threads. */
export interface CommandResult<Result = unknown> {
  readonly result: Result;
  readonly events: readonly TrackerEvent[];
}

/** One transaction's work, the same on every database. Runs inside a savepoint of the store's; never begins or commits. */
export type CommandFunction = (trx: Kysely<Schema>, command: never) => Promise<CommandResult>;

/** A read: no events. */
export type QueryFunction = (db: Kysely<Schema>, query: never) => Promise<unknown>;
