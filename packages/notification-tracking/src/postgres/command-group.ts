import type { Kysely } from 'kysely';
import type { CommandFunction, CommandResult } from '../command.ts';
import { TrackingError, type TrackingErrorCode } from '../errors.ts';
import type { Schema } from '../schema.ts';
import { judgeError } from './database-error.ts';
import { requestError } from './error-texts.ts';
import { furtherLocks, type LockStatement } from './locks.ts';
import type { Session } from './session.ts';
import type { Waiting } from './slot-queue.ts';

/** A command that waits for its answer. */
export interface CommandRequest extends Waiting {
  readonly command: CommandFunction;
  readonly payload: object;
  readonly resolve: (answer: CommandResult) => void;
}

/** A command with its place in its group, by which its answer is found again. */
export interface Member extends CommandRequest {
  readonly position: number;
}

/** What became of a command, as it is kept beside the group's key. */
export type GroupAnswer =
  | { readonly value: CommandResult }
  | { readonly error: { readonly code: TrackingErrorCode; readonly message: string } };

/** The answers of a group by position; null where a command was given up before. */
export type GroupAnswers = readonly (GroupAnswer | null)[];

/**
 * Runs commands one after another in the open transaction, without savepoints: they cost two statements each, and hardly any command fails.
 *
 * @throws what a command threw; see {@link needsSavepoints}
 */
export async function runPlainly(session: Session, trx: Kysely<Schema>, members: readonly Member[]): Promise<GroupAnswers> {
  const answers: (GroupAnswer | null)[] = [];
  const held = new Set<string>();
  for (const { name, position, command, payload } of members) {
    for (const lock of furtherLocks(name, payload)) await holdOnce(session, lock, held);
    answers[position] = { value: await command(trx, payload as never) };
  }
  return withoutHoles(answers);
}

/** Runs commands one after another in the open transaction, each in a savepoint: one that fails by its own doing is undone, and only that one. */
export async function runInSavepoints(session: Session, trx: Kysely<Schema>, members: readonly Member[]): Promise<GroupAnswers> {
  const answers: (GroupAnswer | null)[] = [];
  for (const member of members) answers[member.position] = await runInSavepoint(session, trx, member);
  return withoutHoles(answers);
}

/** Whether this error is one command's of several, so that the others are to be run again without its harm. */
export function needsSavepoints(error: unknown, members: readonly Member[]): boolean {
  return members.length > 1 && judgeError(error).reach === 'command';
}

/** Hands the answers out, after the COMMIT. */
export function settle(members: readonly Member[], answers: GroupAnswers): void {
  for (const { position, name, resolve, reject } of members) {
    const answer = answers[position];
    if (answer == null) reject(new TypeError(`${name} was committed without its answer`));
    else if ('value' in answer) resolve(answer.value);
    else reject(new TrackingError(answer.error.code, answer.error.message));
  }
}

async function runInSavepoint(session: Session, trx: Kysely<Schema>, { name, command, payload }: Member): Promise<GroupAnswer> {
  await session.query('SAVEPOINT command');
  try {
    for (const lock of furtherLocks(name, payload)) await session.query(lock.sql, lock.parameters);
    const value = await command(trx, payload as never);
    // Refused where the command hid an error that had ended its part.
    await session.query('RELEASE command');
    return { value };
  } catch (error) {
    if (judgeError(error).reach !== 'command') throw error;
    await session.query('ROLLBACK TO command; RELEASE command');
    const { code, message } = requestError('command', name, error);
    return { error: { code, message } };
  }
}

async function holdOnce(session: Session, { sql, parameters }: LockStatement, held: Set<string>): Promise<void> {
  const key = JSON.stringify([sql, parameters]);
  if (held.has(key)) return;
  await session.query(sql, parameters);
  held.add(key);
}

function withoutHoles(answers: readonly (GroupAnswer | null)[]): GroupAnswers {
  return Array.from(answers, (answer) => answer ?? null);
}
