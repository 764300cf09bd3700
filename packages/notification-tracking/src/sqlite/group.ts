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

/** One command failed by its own doing, while there was no savepoint to go back to. */
class CommandFailed extends Error {}

/**
 * Runs commands in one transaction, one after another, and returns after COMMIT. None has a savepoint at first, because SQLite would copy
 * each page that a command touches; when one fails by its own doing, all is rolled back and the group runs again, each command in its own.
 * A constraint failure and an error of a command's own code reject that command. Any other error of the database, and a failed COMMIT,
 * reject every command, and nothing is stored: SQLite may have rolled back all of it by itself (a full disk does, in a savepoint too),
 * so that a neighbour's answer would be a lie.
 */
export async function runGroup(
  database: GroupDatabase,
  commands: Readonly<Record<string, CommandFunction>>,
  requests: readonly WorkerRequest[],
): Promise<GroupOutcome> {
  try {
    return { answers: await inOneTransaction(database, commands, requests, runPlainly) };
  } catch (error) {
    if (!(error instanceof CommandFailed)) return rejectAll(database, requests, error);
  }
  try {
    database.exec('ROLLBACK');
    return { answers: await inOneTransaction(database, commands, requests, runInSavepoint) };
  } catch (error) {
    return rejectAll(database, requests, error);
  }
}

type RunCommand = (database: GroupDatabase, command: CommandFunction, request: WorkerRequest, position: number) => Promise<WorkerAnswer>;

async function inOneTransaction(
  database: GroupDatabase,
  commands: Readonly<Record<string, CommandFunction>>,
  requests: readonly WorkerRequest[],
  run: RunCommand,
): Promise<readonly WorkerAnswer[]> {
  const answers: WorkerAnswer[] = [];
  database.exec('BEGIN IMMEDIATE');
  for (const [position, request] of requests.entries()) {
    const command = Object.hasOwn(commands, request.name) ? commands[request.name] : undefined;
    answers.push(
      command === undefined
        ? { error: unknownName('command', request.name, Object.keys(commands)) }
        : await run(database, command, request, position),
    );
  }
  database.exec('COMMIT');
  return answers;
}

async function runPlainly(
  database: GroupDatabase,
  command: CommandFunction,
  request: WorkerRequest,
  position: number,
): Promise<WorkerAnswer> {
  try {
    const value = await command(database.kysely, request.payload as never);
    // A command that hides that SQLite has rolled back must not let its neighbours be stored one by one.
    if (!database.inTransaction) throw new GroupLost(position, rolledBackUnseen(request));
    return { value };
  } catch (error) {
    if (error instanceof GroupLost) throw error;
    throw judgeError(error).reach !== 'command' || !database.inTransaction ? new GroupLost(position, error) : new CommandFailed();
  }
}

function rolledBackUnseen(request: WorkerRequest): Error {
  return Object.assign(new Error(`${request.name} went on although the database had rolled back`), { code: 'SQLITE_ABORT' });
}

async function runInSavepoint(
  database: GroupDatabase,
  command: CommandFunction,
  request: WorkerRequest,
  position: number,
): Promise<WorkerAnswer> {
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
