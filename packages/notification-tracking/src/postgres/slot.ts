import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import {
  needsSavepoints,
  runInSavepoints,
  runPlainly,
  settle,
  type CommandRequest,
  type GroupAnswers,
  type Member,
} from './command-group.ts';
import { ConnectionLost, judgeError } from './database-error.ts';
import type { PgResult } from './driver.ts';
import { awayError, requestError } from './error-texts.ts';
import { kyselyOn } from './kysely-on.ts';
import { houseLock } from './locks.ts';
import type { Session } from './session.ts';
import type { Waiting } from './slot-queue.ts';

/** Runs of one group at most that the database undid for another's sake. */
const RUNS = 8;
/** Pause before the first repetition, doubled each time, half of it random, ms. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Nobody asks how many rows these changed (as one command asks of its DELETE): their answers are not waited for. */
const WRITES_ONLY = /^(?:insert|update) (?![^]*\breturning\b)/i;
const NOTHING: PgResult = { command: 'SELECT', rowCount: 0, rows: [] };

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

/** A query that waits for its answer. */
export interface QueryRequest extends Waiting {
  readonly query: (db: Kysely<Schema>) => Promise<unknown>;
  readonly resolve: (answer: unknown) => void;
}

/** Runs one group of commands, or one query, at a time on a connection of its own, which it replaces when it is lost. */
export class Slot {
  readonly #options: SlotOptions;
  readonly #kysely: Kysely<Schema>;
  #session: Session | undefined;
  #sequence = 0;
  #latest = Number.POSITIVE_INFINITY;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#kysely = kyselyOn((sql, parameters) => this.#ask(sql, parameters));
  }

  get connected(): boolean {
    return this.#session?.alive === true;
  }

  /**
   * Runs commands in one transaction, in their order, and answers each after its COMMIT; never throws. The transaction begins with the group's
   * key (this slot, a serial) and ends with all answers in `command_done`: when the connection is lost at COMMIT, the next try finds them
   * there, or runs the commands again. One that fails by its own doing is rejected alone; any other error is the whole group's.
   */
  run(requests: readonly CommandRequest[]): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const members = requests.map((request, position): Member => ({ ...request, position }));
    return this.#persist('command', members, async (session, open, progress) => {
      settle(open, await this.#runOnce(session, open, sequence, progress));
    });
  }

  /** Runs a query on one snapshot and answers it; never throws. */
  read(request: QueryRequest): Promise<void> {
    return this.#persist('query', [request], async (session) => {
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const value = await request.query(this.#kysely);
      await session.query('COMMIT');
      request.resolve(value);
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

  async #ask(sql: string, parameters: readonly unknown[]): Promise<PgResult> {
    if (!WRITES_ONLY.test(sql)) return this.#connected().query(sql, parameters);
    await this.#connected().send(sql, parameters);
    return NOTHING;
  }

  #connected(): Session {
    if (this.#session === undefined) throw new TypeError('a statement was sent outside of its transaction');
    return this.#session;
  }

  /** Tries until every request is answered or rejected; `once` answers those that are still open. */
  async #persist<Request extends Waiting>(
    kind: 'command' | 'query',
    requests: readonly Request[],
    once: (session: Session, open: readonly Request[], progress: { committing: boolean }) => Promise<void>,
  ): Promise<void> {
    const progress = { committing: false };
    let open = requests;
    let inDoubt = false;
    for (let run = 1; open.length > 0; run += 1) {
      const deadline = Math.min(...open.map((request) => this.#deadline(request)));
      // Whatever hangs, the connection included, is given up in time for the answer.
      const giveUp = setTimeout(() => this.#session?.destroy(), Math.max(0, deadline - performance.now()));
      try {
        await once(await this.#openSession(deadline), open, progress);
        return;
      } catch (error) {
        inDoubt ||= progress.committing;
        progress.committing = false;
        const { reach } = judgeError(error);
        await this.#undo(reach);
        if (reach !== 'away' && (reach !== 'again' || run >= RUNS)) {
          for (const { name, reject } of open) reject(reach === 'never' ? error : requestError(kind, name, error));
          return;
        }
        const pause = this.#pause(run);
        // Who came later has time for another try, without those who have none.
        open = this.#withTime(open, performance.now() + pause, inDoubt, error);
        if (open.length > 0) await wait(pause);
      } finally {
        clearTimeout(giveUp);
      }
    }
  }

  #deadline({ startedAt }: Waiting): number {
    return Math.min(startedAt + this.#options.commandTimeoutMs, this.#latest);
  }

  #withTime<Request extends Waiting>(requests: readonly Request[], next: number, inDoubt: boolean, error: unknown): readonly Request[] {
    const late = requests.filter((request) => this.#deadline(request) <= next);
    for (const { name, reject } of late) reject(awayError(name, this.#options.commandTimeoutMs, inDoubt, error));
    return requests.filter((request) => !late.includes(request));
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

  async #runOnce(session: Session, members: readonly Member[], sequence: number, progress: { committing: boolean }): Promise<GroupAnswers> {
    try {
      return await this.#inTransaction(session, members, sequence, progress, runPlainly);
    } catch (error) {
      if (!needsSavepoints(error, members)) throw error;
      await session.query('ROLLBACK');
      progress.committing = false;
      return await this.#inTransaction(session, members, sequence, progress, runInSavepoints);
    }
  }

  async #inTransaction(
    session: Session,
    members: readonly Member[],
    sequence: number,
    progress: { committing: boolean },
    run: typeof runPlainly,
  ): Promise<GroupAnswers> {
    const { id, now } = this.#options;
    const slot = session.literal(id);
    // Waits for an earlier try of the same commands whose end nobody saw, and finds nothing to do if that one was committed.
    const [, key] = await session.queryAll(
      `BEGIN; INSERT INTO command_done (slot, sequence, used_at) VALUES (${slot}, ${sequence}, ${Math.trunc(now())})
         ON CONFLICT (slot) DO UPDATE SET sequence = excluded.sequence, used_at = excluded.used_at, result = NULL
         WHERE command_done.sequence < excluded.sequence RETURNING sequence; ${houseLock(members[0]?.name ?? '')}`,
    );
    if (key?.rows.length === 0) return this.#answersOf(session);
    const answers = await run(session, this.#kysely, members);
    progress.committing = true;
    const results = await session.queryAll(
      `UPDATE command_done SET result = ${session.literal(JSON.stringify(answers))} WHERE slot = ${slot}; COMMIT`,
    );
    progress.committing = false;
    // A transaction that had failed answers COMMIT with ROLLBACK, and no error.
    if ((results.at(-1)?.command as string) !== 'COMMIT') throw new TypeError('the transaction had failed before its COMMIT');
    return answers;
  }

  /** The answers of an earlier try that was committed. */
  async #answersOf(session: Session): Promise<GroupAnswers> {
    const { rows } = await session.query('SELECT result FROM command_done WHERE slot = $1', [this.#options.id]);
    await session.query('ROLLBACK');
    const stored = (rows as readonly { readonly result: string | null }[])[0]?.result;
    if (stored == null) throw new TypeError('commands were committed without their answers');
    return JSON.parse(stored) as GroupAnswers;
  }
}

/** Nothing, once the time is up. */
async function inTime(leftMs: number, signal: AbortSignal): Promise<undefined> {
  await wait(Math.max(0, leftMs), undefined, { signal }).catch(() => undefined);
}
