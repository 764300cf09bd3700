import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, startPostgres } from '@taxinav/testkit';
import { afterAll, expect, test } from 'vitest';
import { compileFreezingHandshake, freezingHandshake, isFrozen } from '../../src/freezing-handshake.ts';
import { sayUntilAnswered } from '../../src/load.ts';
import { postgresDatabase } from '../../src/postgres-database.ts';
import { configurationText, expectNothingLost, openSite } from '../site.ts';

const folder = mkdtempSync(join(tmpdir(), 'taxinav-freezing-'));
const library = compileFreezingHandshake(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Needs a C compiler and a Linux; elsewhere the transport's and the bridge's own tests say the same of one process.
test.skipIf(library === undefined)(
  'a bridge that is frozen in the handshake for a status, and thawed when another has sent it and the final one, sends nothing [TN-13, reading 34]',
  async ({ skip }) => {
    if (library === undefined) return;
    const server = await startPostgres();
    if ('absent' in server) {
      skip(server.absent);
      return;
    }
    await using _server = server;
    await using site = await openSite({ database: await postgresDatabase(server.url) });
    const { navigator } = site.north;
    // Its PBX is away: what it accepts is dialled by the other one.
    const port = await closedPort();
    const pbx = `{ driver: asterisk, asterisk: { url: 'http://127.0.0.1:${await closedPort()}/ari', username: a, password: b, application: c } }`;
    const configurationFile = site.folder.file('frozen.yaml');
    const columns = [{ id: 'north', port, navigatorPort: navigator.port }];
    writeFileSync(configurationFile, configurationText(columns, { database: site.database.url, node: 'frozen', pbx }));
    const frozen = site.launch({ configurationFile, env: freezingHandshake(library, navigator.port) });
    await frozen.ready;
    await sayUntilAnswered(site.sayTexts.next({ id: 'north', port }, '0'), site.load);
    await expect.poll(() => isFrozen(frozen.pid)).toBe(true);

    await site.start();
    await site.drain();
    const told = (): readonly (string | undefined)[] =>
      navigator.journal.entries.flatMap((entry) => (entry.event === 'block' ? [entry.status] : []));
    expect(told()).toEqual(['Queued', 'Active', 'Done']);

    frozen.signal('SIGCONT');
    const given = await site.log.find('what came of the status', ({ run, event }) => run === frozen.run && event === 'status');
    expect(given.line).toMatchObject({ status: 'Queued', evidence: 'notSent', state: 'delivered' });
    expect(told()).toEqual(['Queued', 'Active', 'Done']);
    await expectNothingLost(site);
  },
  180_000,
);
