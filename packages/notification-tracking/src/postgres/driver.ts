import { TrackingError } from '../errors.ts';

/** What one statement gave. */
export interface PgResult {
  readonly command: 'INSERT' | 'UPDATE' | 'DELETE' | 'SELECT' | 'MERGE';
  readonly rowCount: number;
  readonly rows: unknown[];
}

/** A message of LISTEN. */
export interface PgNotification {
  readonly channel: string;
  readonly payload?: string;
}

/** A statement with parameters; with a `name` the server keeps it prepared. */
export interface PgQuery {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The part of a client of `pg` that is used. */
export interface PgClient {
  connect(): Promise<unknown>;
  query(query: string | PgQuery): Promise<unknown>;
  escapeLiteral(text: string): string;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'notification', listener: (message: PgNotification) => void): unknown;
  /** Waits for the server's leave-taking, for ever where no packet passes. */
  end(): Promise<void>;
  readonly connection: { readonly stream: { destroy(): unknown } };
}

/** The part of the package `pg` that is used. */
export interface PgDriver {
  readonly Client: new (options: object) => PgClient;
  readonly types: { getTypeParser(oid: number, format?: string): (value: string) => unknown };
}

/**
 * Loads the optional peer `pg`.
 *
 * @throws TrackingError `TRACKING_STORE_OPEN_FAILED` when it is not installed
 */
export async function loadDriver(specifier: string): Promise<PgDriver> {
  try {
    const loaded = (await import(specifier)) as { readonly default?: PgDriver } & PgDriver;
    return loaded.default ?? loaded;
  } catch (error) {
    throw new TrackingError(
      'TRACKING_STORE_OPEN_FAILED',
      `The package ${specifier} does not load; a PostgreSQL database needs it. Install it beside @taxinav/notification-tracking: npm install pg@8`,
      { cause: error },
    );
  }
}
