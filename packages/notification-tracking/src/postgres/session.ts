import { ConnectionLost, sqlStateOf } from './database-error.ts';
import type { PgClient, PgDriver, PgNotification, PgResult } from './driver.ts';
import { PreparedStatements } from './prepared-statements.ts';

/** How a session is opened. */
export interface SessionOptions {
  readonly url: string;
  /** For a connection, ms. */
  readonly connectTimeoutMs: number;
  /** For one statement, by the server's clock, ms; this side waits a little longer, then gives the connection up. */
  readonly statementTimeoutMs: number;
  /** How long a transaction may stand still, ms: a frozen process holds nobody up for longer. */
  readonly idleTransactionMs: number;
}

const INT8 = 20;
const NUMERIC = 1_700;
const GRACE_MS = 500;
const KEEPALIVE_MS = 5_000;
/** Statements sent ahead at most. */
const AHEAD = 64;
/** What a statement meets whose transaction has failed before. */
const FAILED_BEFORE = '25P02';
/** How long taking leave may take, ms. */
const LEAVE_MS = 500;

/** One connection, set up for what is promised: flushed commits, bounded statements, whole numbers as numbers. */
export class Session {
  readonly #client: PgClient;
  readonly #prepared = new PreparedStatements(() => performance.now());
  #lost: Error | undefined;
  #ahead = 0;
  /** What the first statement met that was sent ahead and failed. */
  #failedAhead: unknown;

  private constructor(client: PgClient) {
    this.#client = client;
    client.on('error', (error) => (this.#lost ??= error));
    client.on('end', () => (this.#lost ??= new Error('the connection was closed')));
  }

  /** @throws ConnectionLost */
  static async open(driver: PgDriver, options: SessionOptions): Promise<Session> {
    const { statementTimeoutMs, idleTransactionMs } = options;
    const client = new driver.Client({
      connectionString: options.url,
      application_name: 'taxinav',
      connectionTimeoutMillis: options.connectTimeoutMs,
      query_timeout: statementTimeoutMs + GRACE_MS,
      // A statement is sent without waiting for the answer of the one before.
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
      types: {
        getTypeParser: (oid: number, format?: string) =>
          oid === INT8 || oid === NUMERIC ? Number : driver.types.getTypeParser(oid, format),
      },
    });
    const session = new Session(client);
    try {
      await client.connect();
      await client.query(
        `SET statement_timeout = ${statementTimeoutMs}; SET idle_in_transaction_session_timeout = ${idleTransactionMs};` +
          `SET default_transaction_isolation = 'read committed'; SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;` +
          // A role or a database may have weakened it; what is stronger stays.
          `SET tcp_keepalives_count = 3; SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')`,
      );
      return session;
    } catch (error) {
      session.destroy();
      throw new ConnectionLost('no connection', { cause: error });
    }
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** One statement with parameters, or several without, which gives the results of all. @throws ConnectionLost, or the server's error */
  async query(sql: string, parameters?: readonly unknown[]): Promise<PgResult> {
    if (this.#lost !== undefined) throw new ConnectionLost('the connection is lost', { cause: this.#lost });
    try {
      const result = await this.#asked(sql, parameters);
      if (sql.startsWith('ROLLBACK')) this.#failedAhead = undefined;
      return result;
    } catch (error) {
      // What the server says leaves the connection whole, unless it ended it.
      if (sqlStateOf(error) !== undefined && this.#lost === undefined) throw this.#reasonOf(error);
      this.#lost ??= error instanceof Error ? error : new Error(String(error));
      throw new ConnectionLost('the connection was lost', { cause: error });
    }
  }

  /**
   * Sends a statement of a transaction whose answer nobody needs: it travels with the next one. If it fails, the next one that is awaited
   * rejects with its error.
   */
  async send(sql: string, parameters: readonly unknown[]): Promise<void> {
    if (this.#lost !== undefined || this.#ahead >= AHEAD) {
      await this.query(sql, parameters);
      return;
    }
    this.#ahead += 1;
    this.#asked(sql, parameters).then(
      () => (this.#ahead -= 1),
      (error: unknown) => {
        this.#ahead -= 1;
        // Set before the next statement's failure is looked at: both may have come in one packet.
        this.#failedAhead ??= error;
        if (sqlStateOf(error) === undefined) this.#lost ??= error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  #asked(sql: string, parameters?: readonly unknown[]): Promise<PgResult> {
    if (parameters === undefined) return this.#client.query(sql) as Promise<PgResult>;
    if (this.#prepared.plansAreOld()) this.#client.query('DISCARD PLANS').catch(() => undefined);
    const name = this.#prepared.nameOf(sql);
    const query = { text: sql, values: parameters, ...(name === undefined ? {} : { name }) };
    return this.#client.query(query) as Promise<PgResult>;
  }

  #reasonOf(error: unknown): unknown {
    const reason = sqlStateOf(error) === FAILED_BEFORE ? (this.#failedAhead ?? error) : error;
    this.#failedAhead = undefined;
    return reason;
  }

  /** Several statements at once. */
  async queryAll(sql: string): Promise<readonly PgResult[]> {
    const results: unknown = await this.query(sql);
    return (Array.isArray(results) ? results : [results]) as readonly PgResult[];
  }

  literal(text: string): string {
    return this.#client.escapeLiteral(text);
  }

  onNotification(listener: (message: PgNotification) => void): void {
    this.#client.on('notification', listener);
  }

  onEnd(listener: () => void): void {
    this.#client.on('end', listener);
  }

  /** Lets go of it at once, whatever is under way. */
  destroy(): void {
    this.#lost ??= new Error('the connection was given up');
    void this.#client.end().catch(() => undefined);
    this.#client.connection.stream.destroy();
  }

  /** Takes leave of the server; of one that does not answer, soon. */
  async close(): Promise<void> {
    if (!this.alive) return;
    this.#lost = new Error('the connection was closed');
    const unanswered = setTimeout(() => this.#client.connection.stream.destroy(), LEAVE_MS);
    await this.#client.end().catch(() => undefined);
    clearTimeout(unanswered);
  }
}
