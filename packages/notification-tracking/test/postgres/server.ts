import { afterAll, describe } from 'vitest';
import { startPostgres, type PostgresOptions, type PostgresServer } from '@taxinav/testkit';

/** Tests that need a PostgreSQL: run against one of this file's, or skipped with the reason where none can be had. */
export async function withPostgres(options: PostgresOptions, tests: (server: PostgresServer) => void): Promise<void> {
  const server = await startPostgres(options);
  const why = 'absent' in server ? `: ${server.absent}` : '';
  describe.skipIf('absent' in server)(`on PostgreSQL${why}`, () => {
    // Skipped tests are only counted: what they would touch is not there.
    const started = server as PostgresServer;
    afterAll(() => started.stop());
    tests(started);
  });
}
