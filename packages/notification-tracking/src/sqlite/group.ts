import type { Kysely } from 'kysely';
import type { CommandFunction } from '../command.ts';
import type { Schema } from '../schema.ts';
import { describeError, judgeError } from './database-error.ts';
import { groupError, ownError, storeFailed, unknownName } from './error-texts.ts';
import type { PlainError, WorkerAnswer, WorkerRequest } from './messages.ts';

/** The part of a connection that a group needs; narrow, so that a test can make any of it fail. */
export interface GroupDatabase {
  /** Runs one statement of the group's own: BEGIN, SAVEPOINT, RELEASE, ROLLBACK, COMMIT. */
  exec(sql: string): void;
  readonly inTransaction: boolean;
  /** On the same connection. */
  readonly kysely: Kysely<Schema>;
}

/** What became of a group. `failure`: the store has failed for good. */
export interface GroupOutcome {
  readonly answers: readonly WorkerAnswer[];
  readonly failure?: PlainError;
  /** SQLite had no room: nothing of the group is stored, and it may be run once more where room can be made. */
  readonly full?: true;
}

/** Ends the whole group; remembers whose statement it was. */
class GroupLost extends Error {
  readonly position: number;

  constructor(position: number, cause: unknown) {
    super('the group is lost', { cause });
    this.position = position;
  }
}

/**
 * Runs commands in one transaction, one after another, each in its own savepoint, and returns after COMMIT.
 * A constraint failure and an error of a command's own code reject that command. Any other error of the database, and a failed COMMIT,
 * reject every command, and nothing is stored: SQLite may have rolled back all of it by itself (a full disk does, in a savepoint too),
 * so that a neighbour's answer would be a lie.
 */
export async function runGroup(
  database: GroupDatabase,
  commands: Readonly<Record<string, CommandFunction>>,
  requests: readonly WorkerRequest[],
): Promise<GroupOutcome> {
  const answers: WorkerAnswer[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const [position, request] of requests.entries()) answers.push(await runCommand(database, commands, request, position));
    database.exec('COMMIT');
    return { answers };
  } catch (error) {
    return rejectAll(database, requests, error);
  }
}

async function runCommand(
  database: GroupDatabase,
  commands: Readonly<Record<string, CommandFunction>>,
  request: WorkerRequest,
  position: number,
): Promise<WorkerAnswer> {
  const command = Object.hasOwn(commands, request.name) ? commands[request.name] : undefined;
  if (command === undefined) return { error: unknownName('command', request.name, Object.keys(commands)) };
  try {
    database.exec('SAVEPOINT command');
    const value = await command(database.kysely, request.payload as never);
    database.exec('RELEASE command');
    return { value };
  } catch (error) {
    if (judgeError(error).reach !== 'command' || !database.inTransaction) throw new GroupLost(position, error);
    try {
      database.exec('ROLLBACK TO command');
      database.exec('RELEASE command');
    } catch (undoError) {
      throw new GroupLost(position, undoError);
    }
    return { error: ownError('command', request.name, error) };
  }
}

function rejectAll(database: GroupDatabase, requests: readonly WorkerRequest[], thrown: unknown): GroupOutcome {
  const culprit = thrown instanceof GroupLost ? thrown.position : undefined;
  const cause = thrown instanceof GroupLost ? thrown.cause : thrown;
  const failure = judgeError(cause).reach === 'store' ? storeFailed('writing', cause) : undo(database, cause);
  if (failure !== undefined) return { answers: requests.map(() => ({ error: failure })), failure };
  return {
    answers: requests.map((request, position) => ({
      error: groupError(request.name, position === culprit, cause),
    })),
    ...(judgeError(cause).code === 'TRACKING_STORE_FULL' ? { full: true as const } : {}),
  };
}

/** Rolls back what SQLite has not rolled back itself. */
function undo(database: GroupDatabase, cause: unknown): PlainError | undefined {
  try {
    if (database.inTransaction) database.exec('ROLLBACK');
    return undefined;
  } catch (error) {
    return storeFailed(`rolling back after ${describeError(cause)}`, error);
  }
}
