import { openPostgresStore } from '@taxinav/notification-tracking/postgres';
import { Pool } from 'pg';
import { sayText } from '../corpus/messages.ts';
import { acceptingWriter, UNLIMITED, type OpenWriter } from './writers.ts';

/** As many as callers wait at most: none waits for a connection. */
const CONNECTIONS = 64;

/** One row a notification, one transaction a row, as many at once as are asked. */
async function openBare(url: string, random: () => number): ReturnType<OpenWriter> {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query(
    'CREATE TABLE notification (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, guid text UNIQUE, phone text, text text, at bigint)',
  );
  const insert = async (): Promise<void> => {
    const { guid, numberToCall, textToSay } = sayText(random);
    await pool.query({
      name: 'insert',
      text: 'INSERT INTO notification (guid, phone, text, at) VALUES ($1, $2, $3, $4)',
      values: [guid, numberToCall, textToSay, Date.now()],
    });
  };
  return {
    write: async (count) => {
      await Promise.all(Array.from({ length: count }, insert));
    },
  };
}

/** What a server can do at most, one row a COMMIT. */
export const BARE_INSERT = 'pg, bare INSERT';
/** The public tracker over the PostgreSQL store. */
export const TRACKER = 'taxinav tracker on PostgreSQL';

/** Every writer that is measured on PostgreSQL; each is given the URL of a database of its own. */
export const POSTGRES_WRITERS: Readonly<Record<string, OpenWriter>> = {
  [TRACKER]: async (url, random) => acceptingWriter(await openPostgresStore({ url }), UNLIMITED, random),
  [BARE_INSERT]: openBare,
};
