import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { closedPort, connectPeer, temporaryFolder } from '@taxinav/testkit';
import { listen } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { start } from './run-cli.ts';

const DEMO = fileURLToPath(new URL('../../../tooling/demo.mjs', import.meta.url));

/** Settings that keep a test's demo off everybody else's ports. */
async function ownPorts() {
  const [port, navigator, status, http] = await Promise.all([closedPort(), closedPort(), closedPort(), closedPort()]);
  const env = {
    TAXINAV_COLUMNS__0__LISTEN: `127.0.0.1:${port}`,
    TAXINAV_COLUMNS__0__NAVIGATOR: `127.0.0.1:${navigator}`,
    TAXINAV_COLUMNS__0__STATUS: `127.0.0.1:${status}`,
    TAXINAV_HTTP__LISTEN: `127.0.0.1:${http}`,
  };
  return { port, env };
}

test('the demo shows the four jobs, says what to type next, and stops both in order', async () => {
  await using folder = await temporaryFolder();
  const { port, env } = await ownPorts();
  await using demo = start(process.execPath, [DEMO, folder.path], env);
  demo.process.stdin.end();
  await demo.until(/Ctrl-C stops both/);
  expect(demo.stdout().match(/^✓ .*?:/gm)).toEqual(['✓ caller popup:', '✓ click to call:', '✓ spoken notification:', '✓ conference:']);
  expect(demo.stdout()).toContain('play over: 4 of 4 jobs done');
  expect(demo.stdout()).toContain(`node apps/cli/bin/taxinav.js send say --to 127.0.0.1:${port} `);
  expect(existsSync(folder.file('taxinav.yaml'))).toBe(true);
  expect(existsSync(folder.file('taxinav.db'))).toBe(true);
  demo.process.kill('SIGTERM');
  expect((await demo.finished).code).toBe(0);
  await expect(connectPeer(port)).rejects.toThrow('ECONNREFUSED');
});

test('a port in use is one line and exit code 78', async () => {
  await using folder = await temporaryFolder();
  const { port, env } = await ownPorts();
  await using taken = await listen({ host: '127.0.0.1', port }, () => Promise.resolve(undefined));
  await using demo = start(process.execPath, [DEMO, folder.path], env);
  const { stderr, code } = await demo.finished;
  expect(stderr).toContain(`port ${taken.port} on 127.0.0.1 is in use`);
  expect(code).toBe(78);
});
