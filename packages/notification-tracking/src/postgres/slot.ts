import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { CommandFunction, CommandResult } from '../command.ts';
import type { Schema } from '../schema.ts';
import { ConnectionLost, judgeError } from './database-error.ts';
import { awayError, requestError } from './error-texts.ts';
import { kyselyOn } from './kysely-on.ts';
import { furtherLocks, houseLock } from './locks.ts';
import type { Session } from './session.ts';

/** Runs of one command at most that the database undid for another's sake. */
const RUNS = 8;
/** Pause before the first repetition, doubled each time, half of it random, ms. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** What a slot is told. */
export interface SlotOptions {
  /** Unique among all slots that ever were. */
  readonly id: string;
  readonly open: () => Promise<Session>;
  /** From the request to its answer or rejection, ms. */
  readonly commandTimeoutMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/** Runs one request at a time on a connection of its own, which it replaces when it is lost. */
export class Slot {
  readonly #options: SlotOptions;
  readonly #kysely: Kysely<Schema>;
  #session: Session | undefined;
  #sequence = 0;
  #latest = Number.POSITIVE_INFINITY;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#kysely = kyselyOn((sql, parameters) => this.#connected().query(sql, parameters));
  }

  get connected(): boolean {
    return this.#session?.alive === true;
  }

  /**
   * Runs a command in one transaction; resolves after its COMMIT. The transaction begins with the command's key (this slot, a serial) and
   * ends with its answer in `command_done`: when the connection is lost at COMMIT, the next try finds the answer there, or runs it again.
   */
  run(name: string, command: CommandFunction, payload: object, startedAt: number): Promise<CommandResult> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    return this.#persist('command', name, startedAt, (session, progress) =>
      this.#runOnce(session, name, command, payload, sequence, progress),
    );
  }

  /** Runs a query on one snapshot. */
  read(name: string, query: (db: Kysely<Schema>) => Promise<unknown>, startedAt: number): Promise<unknown> {
    return this.#persist('query', name, startedAt, async (session) => {
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const value = await query(this.#kysely);
      await session.query('COMMIT');
      return value;
    });
  }

  /** Gives what is under way, and what comes yet, no longer than this, ms: the store is being closed. */
  hurry(withinMs: number): void {
    this.#latest = performance.now() + withinMs;
    setTimeout(() => this.#session?.destroy(), withinMs).unref();
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  /** Forgets what the slot did last: nobody asks for it any more. */
  async retire(): Promise<void> {
    if (this.connected && this.#sequence > 0) await this.#connected().query('DELETE FROM command_done WHERE slot = $1', [this.#options.id]);
  }

  #connected(): Session {
    if (this.#session === undefined) throw new TypeError('a statement was sent outside of its transaction');
    return this.#session;
  }

  async #persist<Answer>(
    kind: 'command' | 'query',
    name: string,
    startedAt: number,
    once: (session: Session, progress: { committing: boolean }) => Promise<Answer>,
  ): Promise<Answer> {
    const { commandTimeoutMs } = this.#options;
    const deadline = (): number => Math.min(startedAt + commandTimeoutMs, this.#latest);
    const progress = { committing: false };
    let inDoubt = false;
    // Whatever hangs, the connection included, is given up in time for the answer.
    const giveUp = setTimeout(() => this.#session?.destroy(), Math.max(0, deadline() - performance.now()));
    try {
      for (let run = 1; ; run += 1) {
        try {
          const session = await this.#openSession(deadline());
          return await once(session, progress);
        } catch (error) {
          inDoubt ||= progress.committing;
          progress.committing = false;
          const { reach } = judgeError(error);
          await this.#undo(reach);
          if (reach === 'never') throw error;
          if (reach !== 'away' && (reach !== 'again' || run >= RUNS)) throw requestError(kind, name, error);
          const pause = this.#pause(run);
          if (performance.now() + pause >= deadline()) throw awayError(name, commandTimeoutMs, inDoubt, error);
          await wait(pause);
        }
      }
    } finally {
      clearTimeout(giveUp);
    }
  }

  #pause(run: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (run - 1));
    return longest * (0.5 + 0.5 * this.#options.random());
  }

  /** A connection that does not come in time is let go when it comes. */
  async #openSession(deadline: number): Promise<Session> {
    if (this.#session?.alive === true) return this.#session;
    this.#session = undefined;
    const opening = this.#options.open();
    const came = new AbortController();
    const session = await Promise.race([opening, inTime(deadline - performance.now(), came.signal)]).finally(() => came.abort());
    if (session === undefined) {
      opening.then(
        (late) => late.destroy(),
        () => undefined,
      );
      throw new ConnectionLost('no connection', { cause: new Error('no connection was made in time') });
    }
    this.#session = session;
    return session;
  }

  async #undo(reach: string): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    if (reach === 'away' || !session.alive) {
      session.destroy();
      this.#session = undefined;
      return;
    }
    try {
      await session.query('ROLLBACK');
    } catch {
      // The next request opens another one.
      session.destroy();
      this.#session = undefined;
    }
  }

  async #runOnce(
    session: Session,
    name: string,
    command: CommandFunction,
    payload: object,
    sequence: number,
    progress: { committing: boolean },
  ): Promise<CommandResult> {
    const { id, now } = this.#options;
    const slot = session.literal(id);
    // Waits for an earlier try of the same command whose end nobody saw, and finds nothing to do if that one was committed.
    const [, key] = await session.queryAll(
      `BEGIN; INSERT INTO command_done (slot, sequence, used_at) VALUES (${slot}, ${sequence}, ${Math.trunc(now())})
         ON CONFLICT (slot) DO UPDATE SET sequence = excluded.sequence, used_at = excluded.used_at, result = NULL
         WHERE command_done.sequence < excluded.sequence RETURNING sequence; ${houseLock(name)}`,
    );
    if (key?.rows.length === 0) return this.#answerOf(session);
    for (const lock of furtherLocks(name, payload)) await session.query(lock.sql, lock.parameters);
    const result = await command(this.#kysely, payload as never);
    progress.committing = true;
    const results = await session.queryAll(
      `UPDATE command_done SET result = ${session.literal(JSON.stringify(result))} WHERE slot = ${slot}; COMMIT`,
    );
    progress.committing = false;
    // A transaction that had failed answers COMMIT with ROLLBACK, and no error.
    if ((results.at(-1)?.command as string) !== 'COMMIT') throw new TypeError(`the transaction of ${name} had failed before its COMMIT`);
    return result;
  }

  /** The answer of an earlier try that was committed. */
  async #answerOf(session: Session): Promise<CommandResult> {
    const { rows } = await session.query('SELECT result FROM command_done WHERE slot = $1', [this.#options.id]);
    await session.query('ROLLBACK');
    const stored = (rows as readonly { readonly result: string | null }[])[0]?.result;
    if (stored == null) throw new TypeError('a command was committed without its answer');
    return JSON.parse(stored) as CommandResult;
  }
}

/** Nothing, once the time is up. */
async function inTime(leftMs: number, signal: AbortSignal): Promise<undefined> {
  await wait(Math.max(0, leftMs), undefined, { signal }).catch(() => undefined);
}
